/** What a user sees in the logs of a server, and what nobody may ever see there. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chat, chatYaml, openStream, type Reply } from '../process/chat-client.js';
import { eventually, moduleArguments, Program } from '../process/program.js';
import { SimulatorProcess } from '../process/simulator-process.js';

const SECRET_PROMPT = 'the prompt that must not be logged';
const SECRET_KEY = 'sk-key-that-must-not-be-logged';
const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';

/** Serves good and bad requests and a stream that is cut by its client, ends, and gives all its output. */
async function outputOf(yaml: string, flags: string[] = []): Promise<{ output: string; answers: Reply[] }> {
  const node = await SimulatorProcess.start({ yaml: chatYaml(yaml), flags });
  const options = {
    prompt: SECRET_PROMPT,
    headers: {
      authorization: `Bearer ${SECRET_KEY}`,
      'x-api-key': SECRET_KEY,
      'x-llm-sim-request-id': '42',
      traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01`,
    },
  };
  const stream = await openStream(node.url, options);
  const answers = [
    await chat(node.url, options),
    await chat(node.url, { ...options, model: SECRET_PROMPT }),
    await chat(`${node.url}/${SECRET_KEY}`, options),
    await stream.reply,
  ];
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 404, 404, 200],
  );
  const { code, stdout, stderr } = await node.end();
  assert.equal(code, 0);
  return { output: stdout + stderr, answers };
}

function assertNoSecrets(output: string, answers: readonly Reply[]): void {
  assert.ok(!output.includes(SECRET_PROMPT), 'the prompt is in the log');
  assert.ok(!output.includes(SECRET_KEY), 'the key is in the log');
  const answer = JSON.parse((answers[0] as Reply).text).choices[0].message.content;
  assert.ok(!output.includes(answer), 'the answer is in the log');
}

describe('JSON', () => {
  test('at info: one line per request, with what it was, how it went and how long it took, and nothing secret', async () => {
    const { output, answers } = await outputOf('');
    const lines = output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line));
    const requests = lines.filter(({ msg }) => msg === 'request');
    // The unknown path is no request to an endpoint.
    assert.equal(requests.length, 3);
    const good = requests.find(({ status, ttft_ms }) => status === 200 && ttft_ms === undefined);
    assert.deepEqual(
      [good.level, good.module, good.endpoint, good.model, good.outcome, good.completion_tokens],
      ['info', 'http', 'openai.chat.completions', 'test-chat', 'finished', 5],
    );
    assert.deepEqual(
      [good.method, good.path, good.dialect, good.stream, good.request_id, good.trace_id],
      ['POST', '/v1/chat/completions', 'openai', undefined, '42', TRACE_ID],
    );
    assert.ok(good.duration_ms > 0 && good.prompt_tokens > 0);
    assert.ok(Math.abs(Date.parse(good.time) - Date.now()) < 3_600_000, good.time);
    const bad = requests.find(({ status }) => status === 404);
    assert.deepEqual([bad.model, bad.outcome], [undefined, 'finished']);
    assert.ok(
      requests.some(({ ttft_ms }) => ttft_ms > 0),
      'a stream says when its first token went out',
    );
    const refused = lines.filter(({ msg }) => msg === 'request refused');
    assert.deepEqual(
      refused.map(({ method, dialect, status, cause, address }) => [method, dialect, status, cause, address]),
      [['POST', 'openai', 404, 'unknown_route', '127.0.0.1']],
    );
    assertNoSecrets(output, answers);
  });

  test('at error: no line per request', async () => {
    const { output } = await outputOf('', ['--log-level', 'error']);
    assert.doesNotMatch(output, /"msg"/);
  });

  test('at trace: still nothing secret', async () => {
    const { output, answers } = await outputOf('', ['--log-level', 'trace']);
    assertNoSecrets(output, answers);
  });

  test('silent: nothing but the start line', async () => {
    const { output } = await outputOf('telemetry: { logging: { level: silent } }');
    assert.equal(output.trim().split('\n').length, 1);
  });
});

describe('pretty', () => {
  test('is for people: a time, a level and a message on a line, no JSON document, no colours where nobody looks', async () => {
    const { output, answers } = await outputOf('telemetry: { logging: { format: pretty } }');
    assert.equal(output.match(/^\[.*\] INFO \(\d+\): request$/gm)?.length, 3);
    assert.match(output, /^ +model: "test-chat"$/m);
    assert.match(output, /INFO \(\d+\): draining/);
    assert.doesNotMatch(output, /^\{/m);
    assert.ok(!output.includes('\u001b['));
    assertNoSecrets(output, answers);
  });
});

describe('a sink', () => {
  /** Starts statements that have `createLogSink` in scope. */
  const start = (statements: string) => {
    const [logging, ...loader] = moduleArguments('src/telemetry/logging').reverse();
    const script = `const { createLogSink } = await import(process.argv[1]);\n${statements}`;
    return new Program([...loader.reverse(), '--input-type=module', '--eval', script, String(logging)]);
  };
  const run = (statements: string) => start(statements).outcome();

  for (const format of ['json', 'pretty']) {
    test(`${format}: when close() resolves every line is out, in order, and later ones are ignored`, async () => {
      const { stdout, stderr } = await run(`
        const { logger, close } = await createLogSink({ level: 'info', format: '${format}' });
        for (let line = 0; line < 3000; line++) logger.info('line ' + line);
        await close();
        logger.info('too late');
        process.exit(0);`);
      assert.equal(stderr, '');
      const numbers = [...stdout.matchAll(/line (\d+)/g)].map((match) => Number(match[1]));
      assert.deepEqual(
        numbers,
        Array.from({ length: 3_000 }, (_, index) => index),
      );
      assert.doesNotMatch(stdout, /too late/);
    });
  }

  test('a few lines do not wait for a full buffer', async () => {
    const { stdout } = await run(`
      const { logger } = await createLogSink({ level: 'info', format: 'json' });
      logger.info('alone');
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), 2_000);`);
    assert.match(stdout, /alone/);
  });

  test('a reader that goes away neither ends the process nor keeps close() waiting; standard error says so once', async () => {
    const program = start(`
      const { logger, close } = await createLogSink({ level: 'info', format: 'json' });
      const ticks = setInterval(() => logger.info('tick'), 20);
      process.on('SIGTERM', async () => {
        clearInterval(ticks);
        await close();
      });`);
    await eventually(
      () => (program.stdout.includes('tick') ? true : undefined),
      () => 'nothing was logged',
    );
    program.child.stdout?.destroy();
    await new Promise((resolve) => setTimeout(resolve, 600));
    program.child.kill('SIGTERM');
    const { code, stderr } = await program.outcome();
    assert.equal(code, 0);
    assert.match(
      stderr,
      /^llm-simulator \d+: standard output cannot be written \(EPIPE\): log lines are dropped[^\n]*\n$/,
    );
  });
});
