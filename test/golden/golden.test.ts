/** The comparison of golden replies sees every difference that it should and none that it should not. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { compareWithFile, goldenReply } from './golden.js';

describe('a golden file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'golden-'));
  const file = join(folder, 'provider', 'feature.txt');
  after(() => rmSync(folder, { recursive: true }));

  test('that does not exist is a failure, unless it is to be written', () => {
    assert.throws(
      () => compareWithFile(file, Buffer.from('200\n\na\n\n'), false),
      /there is no .*feature\.txt: write it/,
    );
    compareWithFile(file, Buffer.from('200\n\na\n\n'), true);
    assert.equal(readFileSync(file, 'utf8'), '200\n\na\n\n');
    compareWithFile(file, Buffer.from('200\n\na\n\n'), false);
  });

  for (const [name, reply, difference] of [
    ['another line', '200\n\nb\n\n', /line 3 differs\n {2}golden: "a"\n {2}now: {4}"b"/],
    ['another line end', '200\n\na\r\n\n', /line 3 differs\n {2}golden: "a"\n {2}now: {4}"a\\r"/],
    ['a missing end', '200\n\na\n', /line 5 differs\n {2}golden: ""\n {2}now: {4}\(the end\)/],
    ['a longer end', '200\n\na\n\n\n', /line 6 differs\n {2}golden: \(the end\)\n {2}now: {4}""/],
  ] as const) {
    test(`sees ${name}`, () => {
      assert.throws(() => compareWithFile(file, Buffer.from(reply), false), difference);
    });
  }
});

describe('a golden reply', () => {
  test('holds status, headers but for the transport’s, and the body’s bytes', async () => {
    const reply = await replyOf((request, response) => {
      response.writeHead(418, {
        'x-request-id': request.headers['x-llm-sim-request-id'],
        'openai-processing-ms': '17',
      });
      response.end('\ndata: Ä\r\n\r\n');
    });
    assert.equal(reply, '418\nopenai-processing-ms: (varies)\nx-request-id: feature\n\ndata: Ä\r\n\r\n');
  });

  test('is the same whether or not the transport opens the body with a line feed', async () => {
    const [with_, without] = await Promise.all(
      ['\n[1]', '[1]'].map((body) => replyOf((_request, response) => response.end(body))),
    );
    assert.equal(with_, without);
  });
});

async function replyOf(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return String(await goldenReply({ url: `http://127.0.0.1:${port}` }, 'feature', { path: '/', body: {} }));
  } finally {
    server.close();
  }
}
