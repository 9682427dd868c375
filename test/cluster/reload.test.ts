/** A reload of the configuration in a node of several processes, whoever asks for it. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { type FixedParts, Mutations } from '../../bench/reload/mutations.js';
import { OpenStreams, plannerOf } from '../../bench/reload/open-streams.js';
import { runReloads } from '../../bench/reload/reload-run.js';
import { eventually } from '../process/program.js';
import { SimulatorProcess } from '../process/simulator-process.js';

const STREAMS = 100;
const MUTATIONS = 40;
const FIXED: FixedParts = {
  server: ['host: 127.0.0.1', 'port: 0', 'workers: 2', 'shutdown_timeout_secs: 0'],
  telemetry: ['metrics: { prometheus_port: 0 }'],
  concurrency: 1_000,
};
const LOOKS_MS = 100;

const folder = mkdtempSync(join(tmpdir(), 'reload-'));
after(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

function yamlOf(suffix: string, more = ''): string {
  return [
    `server: { host: 127.0.0.1, port: 0, workers: 2, config_watch: { interval_ms: ${LOOKS_MS} } }`,
    'telemetry: { metrics: { prometheus_port: 0 } }',
    `simulation: { time_scale: 0, model_suffix: ${suffix} }`,
    more,
  ].join('\n');
}

async function start(file: string, ...flags: string[]): Promise<SimulatorProcess> {
  return SimulatorProcess.start({ flags: ['--config', file, ...flags] });
}

/** The generations of all processes, and what the admin API shows. */
async function configurationOf({ url }: SimulatorProcess) {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const figure = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(metrics)?.[1]);
  const shown = (await (await fetch(`${url}/admin/config`)).json()) as {
    generation: number;
    simulation: { model_suffix: string };
  };
  return {
    generation: shown.generation,
    suffix: shown.simulation.model_suffix,
    newest: figure('llm_simulator_config_generation'),
    oldest: figure('llm_simulator_config_generation_oldest'),
  };
}

function at(generation: number, suffix: string) {
  return { generation, suffix, newest: generation, oldest: generation };
}

async function reload({ url }: SimulatorProcess): Promise<number> {
  return (await fetch(`${url}/admin/config/reload`, { method: 'POST' })).status;
}

/** What is answered in the end: connections that `fetch` keeps may each lead to a process that is gone. */
async function answered<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  let last: unknown;
  return eventually(
    () =>
      ask().catch((error) => {
        last = error;
        return undefined;
      }),
    () => `no answer: ${last}`,
  );
}

/** Waits until the configuration is that. */
async function becomes(simulator: SimulatorProcess, wanted: ReturnType<typeof at>): Promise<void> {
  let last: unknown;
  await eventually(
    async () => {
      last = await configurationOf(simulator);
      return JSON.stringify(last) === JSON.stringify(wanted) ? true : undefined;
    },
    () => `${JSON.stringify(last)} does not become ${JSON.stringify(wanted)}\n${simulator.program.stdout}`,
  );
}

test('random changes of the file, half of them wrong, touch no open stream and leave all processes alike', async () => {
  const text = [
    'server:',
    ...FIXED.server.map((line) => `  ${line}`),
    'telemetry:',
    ...FIXED.telemetry.map((line) => `  ${line}`),
    'providers:',
    '  streaming:',
    '    extends: gpt-4o',
    '    latency: { ttft: { distribution: constant, value_ms: 5 }, itl: { distribution: constant, value_ms: 500 } }',
    '',
  ].join('\n');
  const file = fileOf('random.yaml', text);
  const simulator = await start(file);
  const streams = new OpenStreams({ url: simulator.url, streams: STREAMS, tokens: 1_000 });
  try {
    await streams.open(await plannerOf(text));
    const result = await runReloads({
      url: simulator.url,
      file,
      text,
      streams,
      mutations: new Mutations(7, FIXED),
      count: MUTATIONS,
    });
    assert.deepEqual(result.failures, []);
    assert.ok(result.applied >= MUTATIONS / 4 && result.refused >= MUTATIONS / 4, JSON.stringify(result));
    assert.equal(streams.openCount, STREAMS);
  } finally {
    streams.close();
    await simulator.end();
  }
});

describe('what asks for a reload', () => {
  test('is SIGHUP, and a wrong file is told in the log with its place', async () => {
    const file = fileOf('signal.yaml', yamlOf('-one'));
    const simulator = await start(file);
    writeFileSync(file, yamlOf('-two', 'server: { port: 1 }'));
    simulator.signal('SIGHUP');
    const refused = await simulator.logLine('configuration not reloaded; what held goes on to hold');
    assert.match(JSON.stringify(refused.problems), /signal\.yaml:4:1/);
    assert.deepEqual(await configurationOf(simulator), at(1, '-one'));
    writeFileSync(file, yamlOf('-three'));
    simulator.signal('SIGHUP');
    await simulator.logLine('configuration reloaded');
    assert.deepEqual(await configurationOf(simulator), at(2, '-three'));
    await simulator.end();
  });

  test('is the file that is written, replaced, and reached by a link that is changed, where --watch says so', async () => {
    const versions = ['v1', 'v2'].map((name) => join(folder, name));
    for (const [index, version] of versions.entries()) {
      mkdirSync(version);
      writeFileSync(join(version, 'simulator.yaml'), yamlOf(`-link${index}`));
    }
    // As Kubernetes mounts a ConfigMap: the file is a link through a folder that is a link, and the latter is replaced.
    symlinkSync('v1', join(folder, '..data'));
    symlinkSync('..data/simulator.yaml', join(folder, 'mounted.yaml'));
    const simulator = await start(join(folder, 'mounted.yaml'), '--watch');
    assert.deepEqual(await configurationOf(simulator), at(1, '-link0'));
    symlinkSync('v2', join(folder, '..next'));
    renameSync(join(folder, '..next'), join(folder, '..data'));
    await becomes(simulator, at(2, '-link1'));
    writeFileSync(join(folder, 'v2/simulator.yaml'), yamlOf('-written'));
    await becomes(simulator, at(3, '-written'));
    renameSync(fileOf('saved', yamlOf('-replaced')), join(folder, 'mounted.yaml'));
    await becomes(simulator, at(4, '-replaced'));
    writeFileSync(join(folder, 'mounted.yaml'), 'simulation: [');
    await simulator.logLine('configuration not reloaded; what held goes on to hold');
    assert.deepEqual(await configurationOf(simulator), at(4, '-replaced'));
    rmSync(join(folder, 'mounted.yaml'));
    await simulator.logLine('the configuration file cannot be read');
    writeFileSync(join(folder, 'mounted.yaml'), yamlOf('-again'));
    await becomes(simulator, at(5, '-again'));
    await simulator.end();
  });

  test('is the admin API once for a content: the watch does not take it again', async () => {
    const file = fileOf('both.yaml', yamlOf('-one'));
    const simulator = await start(file, '--watch');
    for (const suffix of ['-g2', '-g3']) {
      writeFileSync(file, yamlOf(suffix));
      assert.equal(await reload(simulator), 200);
      // The watch may have come first, but then not again.
      const taken = await configurationOf(simulator);
      await new Promise((resolve) => setTimeout(resolve, 5 * LOOKS_MS));
      assert.deepEqual(await configurationOf(simulator), taken);
    }
    await simulator.end();
  });
});

test('an acceptor that dies while reloads are under way is replaced by one of the generation that holds', async () => {
  const file = fileOf('dying.yaml', yamlOf('-g1'));
  const simulator = await start(file);
  const stats = async () =>
    (await (await fetch(`${simulator.url}/admin/stats`)).json()) as { processes: { pid: number }[] };
  const [{ pid }] = (
    await eventually(
      async () => {
        const now = await stats();
        return now.processes.length === 2 ? now : undefined;
      },
      () => 'the processes do not report',
    )
  ).processes;
  for (let change = 1; change <= 5; change++) {
    writeFileSync(file, yamlOf(`-change${change}`));
    const answer = answered(() => reload(simulator));
    if (change === 2) process.kill(pid, 'SIGKILL');
    assert.equal(await answer, 200);
  }
  await eventually(
    async () => {
      const { processes } = await answered(stats);
      return processes.length === 2 && processes.every((one) => one.pid !== pid) ? true : undefined;
    },
    () => 'the process is not replaced',
  );
  const { generation, suffix } = await answered(() => configurationOf(simulator));
  assert.equal(suffix, '-change5');
  await becomes(simulator, at(generation, suffix));
  await simulator.end();
});
