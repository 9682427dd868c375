/**
 * The response plan: everything the main thread has to know to answer one request, in one compact byte record made by a worker.
 * A stream's constant bytes are kept once: a template is three constant texts (a head, usually the same for all templates of a
 * stream, a prefix and a suffix), and a frame is a delay, a template's number and the payload between prefix and suffix. 4,000 tokens
 * take some 40 KB.
 *
 *   0  uint32 slot          16 uint32 prompt tokens      32 uint32 offset of the frames
 *   4  uint32 generation    20 uint32 completion tokens  36 uint32 offset of the memo; 0 without one
 *   8  uint16 status        24 uint32 number of frames   40 uint32 cached tokens, among the prompt's
 *   10 uint8  kind          28 uint32 offset of the      44 uint32 batched: time to first token, µs
 *   11 uint8  reserved, zero        template table       48 uint32 batched: length of a step, µs; 0 for a reply that is not
 *   12 uint16 model index   14 uint16 overture frames    52 uint32 batched: steps   56 uint32 batched: sequences
 *
 *   60 uint32 offset of further headers; 0 without any
 *   64 uint32 before an ending that is not complete: hold behind the last frame, µs
 *   68 uint16 fault: its kind's place in the registry, from 1; 0 without one
 *   70 uint8  ending: ENDING_…
 *   72 uint32 tokens that it demands of rate limits   76 uint32 output tokens; 0 where nothing is limited, and of an error
 *   80 uint32 content-length to announce + 1; 0 the true one, or none of a stream
 *   84 uint32 generation of the configuration that made the plan
 *   88 uint32 offset of the session; 0 without one
 *   92 uint32 batched: frames at the end that wait for no step
 *   96 two uint32 the first words of the request's identity
 *   104 uint32 when the first frame with something of the model's is due after the request's arrival, µs
 *   108 uint32 when the last one is, and the ending behind it; both at most 2^32 - 1, and those of a batched reply as if it ran alone
 *   112 uint32 offset of the trace's facts; 0 without any
 *   116 header strings: varint count, then varint length + ASCII each
 *      constants: the templates' texts, each once
 *      template table: offset and length, uint32 each, of head, prefix, suffix
 *      frames: varint delay in µs after the frame before, varint template, varint payload length, payload
 *      session: four texts as the header strings, where the request belongs to one: see session-mark.ts
 *      trace's facts: one text as the header strings, JSON, where the request is traced
 *      memo: JSON, up to the further headers or the plan's end
 *      further headers: as the header strings, to the plan's end
 *
 * A batched reply's delays are those of a serving engine that runs nothing else. When its frames are really due, the node's engine decides
 * (server/streaming/step-gate.ts); all that it needs to know of the frames is which step each belongs to, which follows from its delay.
 *
 * The memo is what the main thread has to do with the node's state: what to fetch before the request can be answered (kind `recall`, which
 * has no frames), or what to keep and what to forget before the answer begins.
 *
 * Invariants: delays are absolute when added up from the request's arrival; a plan of kind `whole` has exactly one frame, which is
 * its body; slot and generation are set by the receiver's own request and only echoed.
 */
import type { PrefixAnswer, PrefixQuestion } from './prefix-cache.js';
import type { OccurrenceCount } from './render-request.js';

/** One whole reply with content-length. */
export const PLAN_WHOLE = 0;
/** A stream of frames. */
export const PLAN_STREAM = 1;

/** No answer yet: the memo says what to fetch, then the request is to be rendered again. */
export const PLAN_RECALL = 2;

/**
 * A stream whose status and headers go out with its first frame: a whole reply in pieces or with an untrue content-length, or a stream that
 * begins late. Until then it is due, and too late, like a whole reply; a status of NO_STATUS says that nothing goes out at all.
 */
export const PLAN_LATE = 3;

/** The status of a reply that ends its connection without a word. */
export const NO_STATUS = 0;

/** The model index of a plan that is about no model of the configuration. */
export const NO_MODEL = 0xffff;

/** Where the header strings begin. */
export const PLAN_HEAD_BYTES = 116;
/** A row of the template table. */
export const TEMPLATE_BYTES = 24;
/** A plan may not be larger: the widest replies are batches of embeddings. */
export const PLAN_BYTES_MAX = 128 * 1024 * 1024;

/** What a request has to know before it can be answered. */
export interface RecallMemo {
  readonly keys: readonly string[];
  /** Which request this is: four words. */
  readonly identity: readonly number[];
  /** The prompt to be looked up in the prefix cache, or what that gave before. */
  readonly prefix?: PrefixQuestion | PrefixAnswer;
  /** Undefined for a request that its client has numbered. */
  readonly count?: OccurrenceCount | undefined;
}
