/** Whatever comes as an answer: the reader has an outcome for it, and does not break. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { EndReason } from '../../../src/load/answers/contract.js';
import { DIALECTS, OUTCOMES } from '../../../src/load/contract.js';
import { DONE, dataEvent, read, requestOf, STREAMING } from './reading.js';

/** Fields that some dialect reads, each with values of any type: documents that are nearly right. */
const NAMES = [
  ...[
    'choices',
    'delta',
    'message',
    'content',
    'text',
    'index',
    'finish_reason',
    'usage',
    'error',
    'code',
    'type',
    'tool_calls',
    'function',
  ],
  ...[
    'arguments',
    'response',
    'status',
    'output',
    'incomplete_details',
    'candidates',
    'parts',
    'functionCall',
    'args',
    'promptFeedback',
  ],
  ...[
    'usageMetadata',
    'content_block',
    'data',
    'embedding',
    'details',
    'stop_reason',
    'input_tokens',
    'output_tokens',
    '__proto__',
  ],
];
const WORDS = [
  'message_start',
  'content_block_delta',
  'content_block_start',
  'message_delta',
  'message_stop',
  'error',
  'text_delta',
];
const TYPES = ['response.output_text.delta', 'response.completed', 'response.failed', 'STOP', 'stop', ''];
const { nearly } = fc.letrec<{ nearly: unknown; value: unknown }>((tie) => ({
  nearly: fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 6 }),
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom<unknown>(null, 0, -1, 1.5, true, '', 'x', ...WORDS, ...TYPES),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('nearly'),
  ),
}));

describe('any answer', () => {
  for (const dialect of DIALECTS) {
    it(`of ${dialect} has an outcome, and nothing breaks the reader`, () => {
      const piece = fc.oneof(
        nearly.map((document) => dataEvent(document as object)),
        nearly.map((document) => JSON.stringify(document)),
        fc.constantFrom(DONE, '[', ']', ',', '\n', 'data: {', 'event: error\n'),
        fc.string({ unit: 'binary' }),
      );
      const status = fc.constantFrom(200, 200, 200, 204, 400, 429, 500);
      const type = fc.constantFrom('text/event-stream', 'application/json', 'text/html', undefined);
      const reason = fc.constantFrom<EndReason>('end', 'end', 'end', 'lost', 'timeout', 'cancelled');
      fc.assert(
        fc.property(
          fc.boolean(),
          fc.array(piece, { maxLength: 5 }),
          status,
          type,
          reason,
          (stream, pieces, code, contentType, end) => {
            const exchange = { pieces, status: code, headers: { 'content-type': contentType }, reason: end };
            const plain = read(requestOf(dialect, stream), exchange);
            assert.ok(OUTCOMES.includes(plain.outcome));
            assert.equal(plain.bytes, Buffer.byteLength(pieces.join('')));
            if (plain.outcome === 'complete') assert.ok(code < 300 && end === 'end');
            const { capture, ...captured } = read(requestOf(dialect, stream), {
              ...exchange,
              options: { capture: true },
            });
            assert.deepEqual(captured, plain, 'capturing changes nothing');
            const { eventNames, events, eventTimesUs, texts } = capture!;
            assert.deepEqual([eventNames.length, eventTimesUs.length, texts.length], new Array(3).fill(events.length));
          },
        ),
      );
    });
  }

  it('of a stream that is cut differently says the same but for its times', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...STREAMING),
        fc.array(nearly, { maxLength: 4 }),
        fc.nat(),
        (dialect, documents, place) => {
          const bytes = Buffer.from([...documents.map((document) => dataEvent(document as object)), DONE].join(''));
          const at = place % bytes.length;
          const request = requestOf(dialect, true);
          const { chunkTimesUs, ...whole } = read(request, { pieces: [bytes] });
          const { chunkTimesUs: cutTimesUs, ...cut } = read(request, {
            pieces: [bytes.subarray(0, at), bytes.subarray(at)],
          });
          assert.deepEqual(cut, whole);
          assert.equal(cutTimesUs.length, chunkTimesUs.length);
        },
      ),
    );
  });
});
