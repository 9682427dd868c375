/** A process that has used the library ends by itself, and the library has said nothing in it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moduleArguments, Program, temporaryFile } from '../process/program.js';

/** Runs statements that have `startSimulator` and `ask` in scope, in a process of their own. */
function run(statements: string) {
  const [library, ...loader] = moduleArguments('src/index').reverse();
  const script = `
    const { startSimulator } = await import(process.argv[2]);
    const config = { simulation: { time_scale: 0 } };
    const ask = (url) => fetch(url + '/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-4o', max_tokens: 3, messages: [{ role: 'user', content: 'secret words' }] }),
    }).then((response) => response.json());
    ${statements}`;
  const file = temporaryFile('script.mjs', script);
  return new Program([...loader.reverse(), file, String(library)]).outcome();
}

test('it exits when the simulator has been stopped, without process.exit, and prints nothing of its own', async () => {
  const outcome = await run(`
    const simulator = await startSimulator({ config });
    const { usage } = await ask(simulator.url);
    await simulator.stop();
    console.log(usage.completion_tokens);`);
  assert.deepEqual(outcome, { code: 0, signal: null, stdout: '3\n', stderr: '' });
});

test('it exits after a start that failed', async () => {
  const { code, stdout, stderr } = await run(`
    const simulator = await startSimulator({ config });
    await startSimulator({ config, port: simulator.port }).catch((error) => console.log(error.code));
    await simulator.stop();`);
  assert.deepEqual([code, stdout, stderr], [0, 'PORT_IN_USE\n', '']);
});

test('with a log level it logs on standard output, and every line is there when it has stopped', async () => {
  const { code, stdout, stderr } = await run(`
    const simulator = await startSimulator({ config, logLevel: 'info' });
    for (let request = 0; request < 50; request++) await ask(simulator.url);
    await simulator.stop();
    process.exit(0);`);
  assert.deepEqual([code, stderr], [0, '']);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(lines.filter(({ msg }) => msg === 'request').length, 50);
});
