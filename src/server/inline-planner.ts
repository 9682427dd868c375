/**
 * Plans on the acceptor's own thread what takes no longer there than handing it to a worker and back: whole replies to small requests, as long
 * as nothing is paced that would have to wait. It is the workers' code with the workers' vocabularies, so the plan is the same.
 *
 *   small, no stream, no tools, nothing paced, this turn not too long ──▶ rendered here ──▶ plan
 *       └── else ──▶ a worker                                                        └─takes longer than it looked─▶ a plan that recalls nothing:
 *                                                                                        a worker renders it again
 *
 * An endpoint whose replies turn out long, or have to do with the node's state, is left to the workers more and more: see inline-backoff.ts.
 *
 * Invariants: one rendering is bounded by EFFORT_TOKENS_MAX and by the size of what it reads, those of one turn of the event loop by
 * TURN_TOKENS_MAX; nothing is loaded here but what a worker has loaded first.
 */
import { getRandomValues } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { Encoding, EncodingName } from '../content/tokenizers/load-tokenizer.js';
import { rendererOf } from '../engine/create-renderer.js';
import type { Renderer } from '../engine/renderer.js';
import { warmUp } from '../engine/warm-up.js';
import { endpoints } from '../providers/registry.js';
import { OccurrenceCounter } from '../runtime/occurrence-counter.js';
import { PLAN_RECALL } from '../runtime/plan-layout.js';
import { planEndUs, planHasMemo, planKind } from '../runtime/plan-reader.js';
import type { RenderRequest } from '../runtime/render-request.js';
import type { ServedGeneration } from './generations/served-generation.js';
import { InlineBackoff } from './inline-backoff.js';
import type { SimulatorServerOptions } from './simulator-options.js';
import type { Exchange } from './transport/contract.js';

/** A reply of so many tokens takes some 0.2 ms. */
const EFFORT_TOKENS_MAX = 512;
/** What every request takes, be it as short as can be, in the same measure. */
const REQUEST_TOKENS = 64;
/**
 * While requests are planned here, sockets wait, and connections to be accepted: for so much work in one turn of the event loop, some 5 ms. Not
 * for a time, because on a busy machine a time passes without work being done.
 */
const TURN_TOKENS_MAX = 16_384;
/**
 * What a request has in its body that asks for a stream, or may be answered by a tool call. One that spells it otherwise is found out when it
 * is read.
 */
const LABORIOUS_MARKS = ['"stream"', '"tools"'].map((mark) => Buffer.from(mark));
const NO_BODY = new Uint8Array(0);
/** Holds a prompt of some 700 tokens. */
const AUTOMATIC_BYTES = 4_096;
const NO_TRACES = '{}';

type Surroundings = Pick<SimulatorServerOptions, 'snapshot' | 'processes' | 'place' | 'transport' | 'logger'>;
type Placed = Parameters<ServedGeneration['heads']['whole']>[1];

export class InlinePlanner {
  readonly #options: Surroundings;
  readonly #paced: () => number;
  readonly #bodyBytesMax: number;
  readonly #occurrences: OccurrenceCounter;
  readonly #encodings = new Map<EncodingName, Encoding>();
  /** Of the generation that was asked for last; undefined where it is none to be rendered here. */
  #renderer: Renderer | undefined;
  #generation = -1;
  /** In this turn of the event loop. */
  #spentTokens = 0;
  /** By slot, whether its reply was planned here and is due at once: nothing has to wait for it, whenever its turn to be written comes. */
  readonly #isDueAtOnce: Uint8Array;
  #dueAtOnce = 0;
  readonly #backoff = new InlineBackoff(endpoints.length);

  /**
   * @param occurrences of the OccurrenceCounter that the workers count with
   * @param slots how many requests there can be at a time
   * @param paced how many other requests are neither with a worker nor waiting for a place
   */
  constructor(options: Surroundings, occurrences: SharedArrayBuffer, slots: number, paced: () => number) {
    this.#options = options;
    this.#paced = paced;
    this.#isDueAtOnce = new Uint8Array(slots);
    this.#bodyBytesMax = inlinePlanBytes(options.snapshot.configuration.server.inline_plan_bytes, options.processes);
    this.#occurrences = new OccurrenceCounter(occurrences);
  }

  /** Takes what a worker thread has loaded. */
  adopt(encodings: readonly Encoding[]): void {
    if (this.#bodyBytesMax === 0) return;
    for (const encoding of encodings) {
      if (!this.#encodings.has(encoding.name)) this.#encodings.set(encoding.name, encoding);
    }
  }

  /** Gets ready for requests under the generation: some 30 ms, so to be called before there are any. */
  warmUp(served: ServedGeneration): void {
    const renderer = this.#rendererOf(served);
    if (renderer !== undefined) warmUp(renderer, served.snapshot);
  }

  /** The request's plan, which is valid until the next call; undefined for one that a worker is to plan. */
  plan(exchange: Exchange, served: ServedGeneration, placed: Placed): Uint8Array | undefined {
    if (this.#spentTokens >= TURN_TOKENS_MAX || this.#encodings.size === 0) return undefined;
    const body = this.#bodyOf(exchange, placed);
    if (body === undefined || this.#paced() > this.#dueAtOnce) return undefined;
    const renderer = this.#rendererOf(served);
    if (renderer === undefined || !this.#backoff.tries(placed.endpoint)) return undefined;
    const request: RenderRequest = served.heads.whole(exchange, placed, body);
    const plan = renderer.render(request, EFFORT_TOKENS_MAX);
    this.#spentTokens += REQUEST_TOKENS + renderer.effortTokens;
    if (planHasMemo(plan)) this.#backoff.failed(placed.endpoint);
    else this.#backoff.completed(placed.endpoint);
    if (planKind(plan) !== PLAN_RECALL && planEndUs(plan) === 0) {
      this.#isDueAtOnce[placed.slot] = 1;
      this.#dueAtOnce++;
    }
    return plan;
  }

  /** The slot's request has ended, whoever planned it. */
  ended(slot: number): void {
    this.#dueAtOnce -= this.#isDueAtOnce[slot];
    this.#isDueAtOnce[slot] = 0;
  }

  /** The event loop has gone on to its next turn. */
  turned(): void {
    this.#spentTokens = 0;
  }

  /** Undefined for one that is not to be read here. */
  #bodyOf(exchange: Exchange, { endpoint, steering }: Placed): Uint8Array | undefined {
    if (steering !== undefined) return undefined;
    const { alwaysStreams, takesBody } = endpoints[endpoint].endpoint;
    if (alwaysStreams === true) return undefined;
    if (takesBody === false) return NO_BODY;
    const parts = exchange.body;
    if (parts.length > 1) return undefined;
    const body = parts[0] ?? NO_BODY;
    if (body.byteLength > this.#bodyBytesMax) return undefined;
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    return LABORIOUS_MARKS.some((mark) => bytes.includes(mark)) ? undefined : bytes;
  }

  /** Makes one where the generation is another than before. */
  #rendererOf(served: ServedGeneration): Renderer | undefined {
    if (served.generation === this.#generation) return this.#renderer;
    const { logger, place, processes, transport } = this.#options;
    const surroundings = {
      countOccurrence: (hashHigh: number, hashLow: number) =>
        this.#occurrences.next(hashHigh, hashLow) * processes + place,
      fillRandom: (words: Uint32Array) => getRandomValues(words),
      wallClockSecs: () => Math.floor(Date.now() / 1_000),
      transport: transport.name,
      onDefect: (error: unknown) => logger.error({ cause: String(error) }, 'a request could not be rendered'),
    };
    this.#generation = served.generation;
    this.#renderer = isPlain(served) ? rendererOf(served.snapshot, surroundings, this.#encodings) : undefined;
    return this.#renderer;
  }
}

/**
 * The largest body of a request that is planned on the acceptor's thread, bytes. A worker thread with a core of its own is worth the way there and
 * back: one acceptor and its worker answer half as many requests again on two cores as an acceptor that plans itself.
 * @param configured server.inline_plan_bytes, of which -1 is automatic
 * @param processes acceptors of the node
 */
export function inlinePlanBytes(configured: number, processes: number, cores = availableParallelism()): number {
  if (configured >= 0) return configured;
  return cores < 2 * processes ? AUTOMATIC_BYTES : 0;
}

/** Whether what a reply takes depends on the request alone: not on an operator's patterns, texts or recordings, of any length. */
function isPlain({ snapshot, texts }: ServedGeneration): boolean {
  const { generator, rules } = snapshot.configuration.replies;
  return texts.traces === NO_TRACES && rules.length === 0 && (generator === 'text' || generator === 'echo');
}
