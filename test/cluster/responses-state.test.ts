/** A response that one acceptor process made is found, continued, cancelled and deleted on any other. */
import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { chatYaml } from '../process/chat-client.js';
import { eventually } from '../process/program.js';
import { SimulatorProcess } from '../process/simulator-process.js';

/** Each request on a connection of its own, so that the kernel deals it to either process. */
const ROUNDS_AT_A_TIME = 8;

interface Answer {
  readonly status: number;
  readonly document: {
    readonly id?: string;
    readonly status?: string;
    readonly output?: readonly { readonly id: string }[];
    readonly data?: readonly unknown[];
    readonly error?: { readonly message: string };
  };
}

describe('two acceptors and the Responses API', () => {
  let node: SimulatorProcess;
  before(async () => {
    node = await SimulatorProcess.start({ yaml: chatYaml('server: { workers: 2 }\nsimulation: { seed: 42 }') });
  });
  after(() => node.end());

  const ask = (method: string, path: string, body?: object): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const sent = request(`${node.url}/v1/responses${path}`, {
        method,
        agent: new Agent({ keepAlive: false }),
        headers: { 'content-type': 'application/json' },
      });
      sent.on('error', reject);
      sent.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          text += part;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, document: JSON.parse(text) }));
        response.on('error', reject);
      });
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  const create = (body: object) => ask('POST', '', { model: 'test-chat', max_output_tokens: 16, ...body });

  /** The processes that have logged requests. */
  const pids = () => new Set(node.logLines().flatMap((line) => (line.msg === 'request' ? [line.pid] : [])));

  /**
   * All that is done with one response, on whichever process each step lands. Every life asks the same: were two processes to take two of
   * them for one request, they would share a response.
   */
  async function life(): Promise<void> {
    const input = 'Why?';
    const made = await create({ input });
    assert.equal(made.status, 200);
    const { id } = made.document;
    const found = await ask('GET', `/${id}`);
    assert.deepEqual(found.document, made.document);
    const next = await create({ input, previous_response_id: id });
    assert.equal(next.status, 200);
    const items = await ask('GET', `/${next.document.id}/input_items`);
    assert.equal(items.document.data?.length, 3);
    const referring = await create({ input: [{ type: 'item_reference', id: made.document.output?.[0].id }] });
    assert.equal(referring.status, 200);
    assert.equal((await ask('DELETE', `/${id}`)).status, 200);
    for (const lost of [await ask('GET', `/${id}`), await ask('GET', `/${id}/input_items`)])
      assert.equal(lost.status, 404);
    const orphan = await create({ input, previous_response_id: id });
    assert.match(orphan.document.error?.message ?? '', /^Previous response with id '.*' not found\.$/);
  }

  test('share what responses leave behind', async () => {
    await eventually(
      async () => {
        await Promise.all(Array.from({ length: ROUNDS_AT_A_TIME }, life));
        await new Promise((resolve) => setTimeout(resolve, 100));
        return pids().size === 2 ? true : undefined;
      },
      () => 'one process answered everything',
    );
    // Both have answered by now, so that these cross from one to the other.
    await Promise.all(Array.from({ length: ROUNDS_AT_A_TIME }, life));
  });
});
