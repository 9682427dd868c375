/**
 * Which requests are traced, and the identifiers of their spans. A caller's decision holds for what it calls; a request without a trace begins
 * one, and the new trace's identifier decides, as OpenTelemetry's TraceIdRatioBased has it in JavaScript: the XOR of its four 32-bit words
 * against the share.
 *
 * Identifiers are random and owe nothing to the simulation's seed: two runs of one seed would otherwise write into the same traces. Nothing
 * that a client receives depends on them.
 */
import { randomFillSync } from 'node:crypto';
import type { TraceParent } from './trace-parent.js';

/** Where a request's span belongs. */
export interface SpanPlace {
  readonly traceId: string;
  readonly spanId: string;
  /** The caller's span; undefined where the trace begins here. */
  readonly parentSpanId: string | undefined;
}

/** Random words fetched at a time: a call costs some µs, whatever it gives. */
const POOL_WORDS = 1_024;
const TRACE_WORDS = 4;
const SPAN_WORDS = 2;
const WORD_MAX = 0xffff_ffff;

export class TraceSampler {
  readonly #pool = new Uint32Array(POOL_WORDS);
  #next = POOL_WORDS;
  #rate = 0;
  #bound = 0;

  /** @param rate of the requests that begin a trace, which share is traced: 0 to 1 */
  setRate(rate: number): void {
    this.#rate = rate;
    this.#bound = Math.floor(rate * WORD_MAX);
  }

  /** The place of the request's span; undefined for a request that is not traced. */
  placeOf(parent: TraceParent | undefined): SpanPlace | undefined {
    if (parent !== undefined) return parent.isSampled ? this.#below(parent) : undefined;
    if (this.#rate === 0) return undefined;
    const at = this.#take(TRACE_WORDS);
    const pool = this.#pool;
    if (!this.#isTaken(pool[at], pool[at + 1], pool[at + 2], pool[at + 3])) return undefined;
    const traceId = hexOf(pool, at, TRACE_WORDS);
    return { traceId, spanId: this.#spanId(), parentSpanId: undefined };
  }

  /** Whether a trace of that identifier, if it began here, would be traced. @param traceId 32 hexadecimal digits */
  takes(traceId: string): boolean {
    const [first, second, third, fourth] = [0, 8, 16, 24].map((at) => Number.parseInt(traceId.slice(at, at + 8), 16));
    return this.#isTaken(first, second, third, fourth);
  }

  #isTaken(first: number, second: number, third: number, fourth: number): boolean {
    return this.#rate === 1 || (first ^ second ^ third ^ fourth) >>> 0 < this.#bound;
  }

  #below({ spanId, traceId }: TraceParent): SpanPlace {
    return { traceId, spanId: this.#spanId(), parentSpanId: spanId };
  }

  #spanId(): string {
    return hexOf(this.#pool, this.#take(SPAN_WORDS), SPAN_WORDS);
  }

  /** Where so many fresh words stand, not all of them zero, which no identifier may be. */
  #take(words: number): number {
    for (;;) {
      if (this.#next + words > POOL_WORDS) {
        randomFillSync(this.#pool);
        this.#next = 0;
      }
      const at = this.#next;
      this.#next += words;
      for (let word = at; word < at + words; word++) if (this.#pool[word] !== 0) return at;
    }
  }
}

function hexOf(words: Uint32Array, at: number, count: number): string {
  let text = '';
  for (let word = at; word < at + count; word++) text += words[word].toString(16).padStart(8, '0');
  return text;
}
