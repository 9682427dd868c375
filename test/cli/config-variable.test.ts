/** LLM_SIM_CONFIG names the configuration file where the command line names none. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { environment, runCommand, temporaryFile } from '../process/program.js';

const file = temporaryFile('named.yaml', 'server: { port: 9001 }\n');
const withVariable = (value: string) => environment({ LLM_SIM_CONFIG: value });

test('the file that it names is read', async () => {
  const { code, stdout } = await runCommand(['validate'], withVariable(file));
  assert.equal(code, 0);
  assert.match(stdout, /named\.yaml is valid/);
});

test('--config comes before it', async () => {
  const other = temporaryFile('other.yaml', '');
  const { stdout } = await runCommand(['validate', '--config', other], withVariable(file));
  assert.match(stdout, /other\.yaml is valid/);
});

test('empty, it says nothing', async () => {
  const { code, stdout } = await runCommand(['validate'], withVariable(''));
  assert.equal(code, 0);
  assert.match(stdout, /^the default configuration is valid/);
});

test('a file that is not there is an error, for every command that reads one', async () => {
  for (const command of ['validate', 'serve', 'scenarios', 'plan']) {
    const { code, stderr } = await runCommand([command], withVariable('/nonexistent/simulator.yaml'), '{"model":"x"}');
    assert.equal(code, 3, `${command}: ${stderr}`);
    assert.match(stderr, /\/nonexistent\/simulator\.yaml/);
  }
});

test('help names it', async () => {
  const { stdout } = await runCommand(['serve', '--help']);
  assert.match(stdout, /LLM_SIM_CONFIG/);
});
