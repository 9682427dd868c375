/** Sends a request over node:http on a connection of its own and lets a reader see what comes of it, as a client of the generator does. */
import { request as httpRequest } from 'node:http';
import { answerReader } from '../../../src/load/answers/answer-reader.js';
import type { Answer, EndReason } from '../../../src/load/answers/contract.js';
import type { NumberedRequest } from '../../../src/load/contract.js';

/** @param leavesAfterMs when the client gives up; otherwise it waits as long as it takes */
export function exchange(url: string, asked: NumberedRequest, leavesAfterMs?: number): Promise<Answer> {
  const reader = answerReader(asked, { capture: true });
  const startNs = process.hrtime.bigint();
  const nowUs = () => Number((process.hrtime.bigint() - startNs) / 1_000n);
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    let isOver = false;
    const end = (reason: EndReason, word?: string) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      resolve(reader.end(reason, nowUs(), word));
    };
    const { method, path, headers, body } = asked;
    const length = Buffer.byteLength(body);
    const sent = httpRequest(url + path, { method, headers: { ...headers, 'content-length': length }, agent: false });
    sent.on('response', (response) => {
      reader.head(response.statusCode!, response.headers);
      response.on('data', (chunk: Buffer) => reader.bytes(chunk, nowUs()));
      response.once('end', () => end('end'));
      response.once('error', ({ code }: NodeJS.ErrnoException) => end('lost', code));
    });
    sent.once('error', ({ code }: NodeJS.ErrnoException) =>
      end(code === 'ECONNREFUSED' ? 'connect_failed' : 'lost', code),
    );
    if (leavesAfterMs !== undefined) {
      timer = setTimeout(() => {
        end('timeout');
        sent.destroy();
      }, leavesAfterMs);
    }
    sent.end(body);
  });
}
