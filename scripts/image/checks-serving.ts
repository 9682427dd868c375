/** What holds of a container that serves on the image's own configuration. The last check ends it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { processTree } from '../../bench/streams/process-usage.js';
import { packageVersion } from '../../src/kernel/package-root.js';
import type { Check } from './check.js';
import { Container, statusOf } from './container.js';
import { type Image, userOf } from './image.js';

const URL_MAIN = 'http://127.0.0.1:8080';
const URL_METRICS = 'http://127.0.0.1:9090';
/** Folders that a server has no business to write to: its own, and those of the system. */
const FOLDERS = ['/app', '/app/config', '/opt/llm-simulator', '/tmp', '/var/tmp', '/'];
const UNHEALTHY = 1;
const TOKENS_MAX = 12;

export function checksServing(image: Image): readonly Check[] {
  let container: Container;
  return [
    {
      promise: 'it starts on its own configuration, with uWebSockets.js, on a root file system that cannot be written',
      verify: async () => {
        const startMs = performance.now();
        container = await Container.start(image);
        await container.until(() => container.errors.includes(' listens on '), 'say that it listens');
        assert.match(container.errors, /listens on http:\/\/0\.0\.0\.0:8080 \(transport uws: /);
        return `ready after ${((performance.now() - startMs) / 1_000).toFixed(1)} s`;
      },
    },
    {
      promise: 'its processes have one user, no capabilities and no way to get any',
      verify: () => {
        const { gid, uid } = userOf(image);
        const pids = processTree(container.pid);
        for (const pid of pids) {
          const status = readFileSync(`/proc/${pid}/status`, 'latin1');
          assert.match(status, new RegExp(`^Uid:(\t${uid}){4}$`, 'm'));
          assert.match(status, new RegExp(`^Gid:(\t${gid}){4}$`, 'm'));
          assert.match(status, /^Groups:\s*$/m);
          assert.match(status, /^CapEff:\t0+$/m);
          assert.match(status, /^CapPrm:\t0+$/m);
          assert.match(status, /^NoNewPrivs:\t1$/m);
        }
        assert.match(readFileSync(`/proc/${container.pid}/status`, 'latin1'), /^NSpid:\t\d+\t1$/m);
        assert.match(readFileSync(`/proc/${container.pid}/cmdline`, 'latin1'), /^node\0/);
        return `${pids.length} processes`;
      },
    },
    {
      promise: 'nothing can be written',
      verify: () => {
        for (const folder of FOLDERS) {
          const program = `fs.writeFileSync(${JSON.stringify(`${folder}/written`)}, 'x')`;
          const { code, stderr } = container.execute(['node', '-e', program]);
          assert.notEqual(code, 0, `${folder} can be written`);
          assert.match(stderr, /EROFS|EACCES/);
        }
        return undefined;
      },
    },
    {
      promise: 'it is healthy, by its own check and by /health',
      verify: async () => {
        const { code, stdout } = container.checkHealth();
        assert.deepEqual([code, stdout], [0, '/ready on port 9090 answers 200\n']);
        const health = (await (await fetch(`${URL_MAIN}/health`)).json()) as { [key: string]: unknown };
        assert.deepEqual([health.status, health.version], ['healthy', packageVersion]);
        assert.equal(await statusOf(`${URL_MAIN}/openapi.json`), 200);
        assert.match(await (await fetch(`${URL_METRICS}/metrics`)).text(), /^llm_simulator_requests_started_total/m);
        return undefined;
      },
    },
    {
      promise: 'it answers in one piece and as a stream, with both vocabularies',
      verify: async () => {
        for (const model of ['gpt-4o-mini', 'gpt-4-turbo']) {
          const reply = JSON.parse(await complete(model, false));
          const stream = await complete(model, true);
          assert.ok(stream.endsWith('data: [DONE]\n\n'), stream);
          const events = stream.match(/^data: \{.*\}$/gm) ?? [];
          const text = events.map((event) => JSON.parse(event.slice('data: '.length)).choices[0]?.delta.content ?? '');
          assert.equal(text.join(''), reply.choices[0].message.content);
          assert.ok(reply.usage.completion_tokens > 0 && reply.usage.completion_tokens <= TOKENS_MAX);
        }
        return undefined;
      },
    },
    {
      promise: 'an acceptor that dies is replaced and leaves no zombie: its parent, PID 1, reaps it',
      verify: async () => {
        const [, acceptor] = processTree(container.pid);
        process.kill(acceptor, 'SIGKILL');
        await container.until(() => !processTree(container.pid).includes(acceptor), 'reap the acceptor');
        await container.until(async () => (await statusOf(`${URL_METRICS}/ready`)) === 200, 'replace the acceptor');
        for (const pid of processTree(container.pid)) {
          assert.doesNotMatch(readFileSync(`/proc/${pid}/status`, 'latin1'), /^State:\tZ/m);
        }
        assert.equal(await statusOf(`${URL_MAIN}/live`), 200);
        return undefined;
      },
    },
    {
      promise: 'SIGTERM makes it unhealthy at once and ends it with exit code 0',
      verify: async () => {
        const startMs = performance.now();
        container.signal('SIGTERM');
        await container.until(async () => (await statusOf(`${URL_METRICS}/ready`)) === 503, 'begin to leave');
        const leaving = container.checkHealth();
        assert.deepEqual([leaving.code, leaving.stdout], [UNHEALTHY, '/ready on port 9090 answers 503\n']);
        const { code, stderr } = await container.outcome();
        assert.equal(code, 0, stderr);
        return `after ${((performance.now() - startMs) / 1_000).toFixed(1)} s, 5 s of which are the lame duck`;
      },
    },
  ];
}

async function complete(model: string, stream: boolean): Promise<string> {
  const messages = [{ role: 'user', content: 'Hello!' }];
  const answer = await fetch(`${URL_MAIN}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-llm-sim-request-id': 'the same' },
    body: JSON.stringify({ model, messages, stream, max_tokens: TOKENS_MAX }),
  });
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  return text;
}
