/** Limits of a request, one below them, at them and one above, on both transports. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeTransports, echo, serve } from '../transport/harness.js';
import { request, waitUntil } from '../transport/raw-client.js';

const HEADER_BYTES_MAX = 4_096;
const FIELDS_MAX = 98;
const BODY_BYTES_MAX = 1_000;
const STATUS_LINE = /^HTTP\/1\.1 (\d{3}) /;

/** A request whose head has so many bytes. */
function headOf(bytes: number, stretched: 'field' | 'target' | 'query'): string {
  const build = (fill: string) =>
    request(
      'GET',
      stretched === 'field' ? '/' : stretched === 'target' ? `/${fill}` : `/?${fill}`,
      stretched === 'field' ? [`X-Long: ${fill}`] : [],
    );
  const made = build('x'.repeat(bytes - build('').length));
  assert.equal(made.length, bytes);
  return made;
}

function chunks(bytes: number, chunkBytes: number): string {
  let text = '';
  for (let left = bytes; left > 0; left -= chunkBytes) {
    const chunk = 'x'.repeat(Math.min(left, chunkBytes));
    text += `${chunk.length.toString(16)}\r\n${chunk}\r\n`;
  }
  return `${request('POST', '/', ['Transfer-Encoding: chunked'])}${text}0\r\n\r\n`;
}

describeTransports('limits of a request', (selected) => {
  const statusOf = async (t: import('node:test').TestContext, bytes: string): Promise<number> => {
    const limits = { headerBytesMax: HEADER_BYTES_MAX, bodyBytesMax: BODY_BYTES_MAX };
    const served = await serve(t, selected, { onRequest: echo, limits });
    const client = await served.connect();
    client.send(bytes);
    await waitUntil(() => STATUS_LINE.test(client.text), 'an answer');
    const status = Number(STATUS_LINE.exec(client.text)?.[1]);
    if (status !== 200) await client.waitForClose();
    client.destroy();
    return status;
  };

  for (const stretched of ['field', 'target', 'query'] as const) {
    for (const [more, status] of [
      [-1, 200],
      [0, 200],
      [1, 431],
    ] as const) {
      test(`a head of the limit ${more < 0 ? more : `+${more}`} byte, in its ${stretched}`, async (t) => {
        assert.equal(await statusOf(t, headOf(HEADER_BYTES_MAX + more, stretched)), status);
      });
    }
  }

  for (const [fields, status] of [
    [FIELDS_MAX - 1, 200],
    [FIELDS_MAX, 200],
    [FIELDS_MAX + 1, 431],
    [400, 431],
  ] as const) {
    test(`${fields} header fields`, async (t) => {
      const lines = Array.from({ length: fields - 1 }, (_, index) => `x${index}: y`);
      assert.equal(await statusOf(t, request('GET', '/', lines)), status);
    });
  }

  for (const [bytes, status] of [
    [BODY_BYTES_MAX - 1, 200],
    [BODY_BYTES_MAX, 200],
    [BODY_BYTES_MAX + 1, 413],
  ] as const) {
    test(`a body of ${bytes} bytes, announced`, async (t) => {
      assert.equal(await statusOf(t, request('POST', '/', [], 'x'.repeat(bytes))), status);
    });
    for (const chunkBytes of [bytes, 100, 1]) {
      test(`a body of ${bytes} bytes in chunks of ${chunkBytes}`, async (t) => {
        assert.equal(await statusOf(t, chunks(bytes, chunkBytes)), status);
      });
    }
  }
});
