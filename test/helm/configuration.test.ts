/** The configuration that each rendering gives its pods is one that the simulator itself takes. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parse } from 'yaml';
import { packageRoot } from '../../src/kernel/package-root.js';
import { type Rendered, render, renderings, run, titleOf, withoutHelm } from './helm-harness.js';

const program = join(packageRoot, 'dist/src/main.js');

let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'llm-simulator-helm-'));
});
after(() => rmSync(folder, { recursive: true }));

/** simulator.yaml and the files beside it, wherever they are kept. */
function configurationFiles(objects: readonly Rendered[]): { readonly [name: string]: string } {
  const [holder] = objects.filter(({ metadata }) => metadata.name.endsWith('-config'));
  return holder.data ?? holder.stringData;
}

/** The variables that the container has with a value that stands in the manifest. */
function variablesOf(objects: readonly Rendered[]): { readonly [name: string]: string } {
  const { containers } = objects.find(({ kind }) => kind === 'Deployment').spec.template.spec;
  const given = containers[0].env.filter(({ value }: { value?: string }) => value !== undefined);
  return Object.fromEntries(given.map(({ name, value }: { name: string; value: string }) => [name, value]));
}

/** The files of a Secret that is mounted, at a place of this machine. */
function certificate(): { readonly [name: string]: string } {
  const [cert, key] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
  const curve = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=localhost',
  ];
  execFileSync('openssl', ['req', '-x509', ...curve, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return { LLM_SIM__SERVER__TLS__CERT: cert, LLM_SIM__SERVER__TLS__KEY: key };
}

for (const [index, rendering] of renderings.entries()) {
  test(`${titleOf(rendering)}: llm-simulator validate takes the configuration`, { skip: withoutHelm }, async () => {
    const objects = await render(rendering);
    const home = join(folder, String(index));
    mkdirSync(home);
    const files = configurationFiles(objects);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(home, name), text);
    const { server = {} } = parse(files['simulator.yaml'] ?? '') ?? {};
    const variables = { ...variablesOf(objects), ...(server.tls?.enabled ? certificate() : {}) };
    const assignments = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
    const command = [...assignments, process.execPath, program, 'validate', '--config', join(home, 'simulator.yaml')];
    const { code, stdout, stderr } = await run('env', command);
    assert.equal(code, 0, stdout + stderr);
  });
}

test('large numbers, strings that look like others, and templates of replies arrive as they were given', {
  skip: withoutHelm,
}, async () => {
  const { 'simulator.yaml': text = '' } = configurationFiles(await render({ files: ['configuration-values.yaml'] }));
  const { server, simulation, replies, providers } = parse(text);
  assert.equal(simulation.seed, Number.MAX_SAFE_INTEGER);
  assert.equal(server.max_body_bytes, 104_857_600);
  assert.match(text, /max_body_bytes: 104857600\n/);
  assert.equal(replies.text, '{{model}} read {{prompt_tokens}} tokens and answers: {{last_message}}');
  assert.equal(replies.rules[0].match.last_message, 'refund (?<order>\\d+)');
  assert.equal(simulation.model_suffix, '');
  assert.equal(providers['gpt-3.5-turbo'].enabled, false);
});

test('scenario files become scenarios, and other files lie beside the configuration', {
  skip: withoutHelm,
}, async () => {
  const files = configurationFiles(await render({ files: ['scenarios-values.yaml'] }));
  assert.deepEqual(Object.keys(files).sort(), ['measured.csv', 'simulator.yaml']);
  const { scenarios } = parse(files['simulator.yaml'] ?? '');
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference to the scenario's parameter
  assert.deepEqual(scenarios.black_friday.steps[0].ttft_factor, { from: 1, to: '${slowdown}' });
});
