/**
 * What a provider's endpoint asks while it answers one request: models, tokens, content, time, identifiers, and what earlier requests left
 * behind. Everything random comes from streams seeded by (seed, request), one per purpose, so that asking for one thing never changes
 * another.
 */
import type { ConfigurationSnapshot } from '../config/snapshot.js';
import type { Tokenizer } from '../content/contract.js';
import { embed } from '../content/embedding.js';
import { schemaProblem } from '../content/json/schema-problem.js';
import { moderationScores } from '../content/moderation.js';
import { tokenProbabilities } from '../content/token-probabilities.js';
import type { ContentHash } from '../kernel/content-hash.js';
import type { RandomSource } from '../kernel/random-source.js';
import {
  ApiError,
  type ApiRequest,
  type HttpProblem,
  type MeasuredPrompt,
  type ModelFacts,
  type ModelKind,
  type PromptScope,
  type Provider,
  type Recollection,
  type SchemaProblem,
  type Simulation,
  type TokenProbability,
} from '../providers/contract.js';
import type { GeneratedChoice, GeneratedPart, Generation, GenerationRequest } from '../providers/generation.js';
import type { PromptMeter } from '../providers/prompt-meter.js';
import type { PrefixAnswer, PrefixQuestion } from '../runtime/prefix-cache.js';
import type { Recalled, RecalledEntry } from '../runtime/render-request.js';
import type { PlanBuilder } from '../runtime/response-plan.js';
import { RECALL_KEYS_MAX } from '../runtime/state-store.js';
import { batchTermsOf, unloadedTiming } from './batched-timing.js';
import { sampleSteps } from './chunks.js';
import { measurePrompt } from './prompt-measuring.js';
import {
  RandomStreams,
  STREAM_BURSTS,
  STREAM_CHUNKS,
  STREAM_IDENTITY,
  STREAM_LENGTH,
  STREAM_RULES,
  STREAM_TIMING,
} from './random-streams.js';
import { ReplyComposer } from './reply-composer.js';
import { ReplyRules, type RuleFault, type RuleReply } from './reply-rules.js';
import { type ServedModel, ServedModels } from './served-models.js';
import { sampleTtftUs, type Timing } from './timing.js';

/** Where `created` begins in a deterministic simulation, and how far it spreads: the year 2025. */
const CREATED_FIRST_SECS = 1_735_689_600;
const CREATED_SPREAD_SECS = 31_536_000;
const REQUEST_ID_CHARACTERS = 32;

export interface SimulationContext {
  readonly snapshot: ConfigurationSnapshot;
  /** Every encoding that a model of the snapshot uses, by name. */
  readonly tokenizers: ReadonlyMap<string, Tokenizer>;
  readonly plan: PlanBuilder;
  /** Seconds since 1970; asked only when the simulation is not deterministic. */
  readonly wallClockSecs: () => number;
  readonly observer?: SimulationObserver;
}

/** Told what an answer is made of, while it is made: for whoever wants to see more of a plan than its bytes. */
export interface SimulationObserver {
  onGeneration(generation: Generation): void;
  /** A reply rule asked for the fault. */
  onFault(kind: RuleFault['kind']): void;
}

/** A request at hand. */
export interface RequestContext {
  /** Which one it is, in four words. */
  readonly identity: ContentHash;
  readonly provider: Provider;
  /** The endpoint's name. */
  readonly endpoint: string;
  readonly call: Pick<ApiRequest, 'header' | 'query'>;
  /** On the second round, what the first asked for. */
  readonly recalled: Pick<Recalled, 'entries' | 'prefix'> | undefined;
}

/** The answer cannot be given before these have been looked up. Not an error: it ends the round. */
export class RecallNeeded {
  readonly keys: readonly string[];
  readonly prefix: PrefixQuestion | PrefixAnswer | undefined;

  constructor(keys: readonly string[], prefix: PrefixQuestion | PrefixAnswer | undefined) {
    this.keys = keys;
    this.prefix = prefix;
  }
}

export class RequestSimulation implements Simulation {
  readonly plan: PlanBuilder;
  readonly modelSuffix: string;
  readonly seed: number;
  readonly #context: SimulationContext;
  readonly #models: ServedModels;
  readonly #composer: ReplyComposer;
  readonly #rules: ReplyRules;
  #streams: RandomStreams;
  #identity: RandomSource;
  #request: RequestContext | undefined;
  #recalled: ReadonlyMap<string, RecalledEntry> = new Map();

  constructor(context: SimulationContext) {
    const { snapshot, tokenizers } = context;
    this.#context = context;
    this.plan = context.plan;
    this.modelSuffix = snapshot.configuration.simulation.model_suffix;
    this.seed = snapshot.seed;
    this.#models = new ServedModels(snapshot, tokenizers);
    this.#composer = new ReplyComposer(snapshot.configuration.replies);
    this.#rules = new ReplyRules(snapshot.configuration.replies.rules);
    this.#streams = new RandomStreams(this.seed, new Uint32Array(4));
    this.#identity = this.#streams.open(STREAM_IDENTITY);
  }

  /** Begins another request. */
  begin(request: RequestContext): void {
    this.#request = request;
    this.#streams = new RandomStreams(this.seed, request.identity);
    this.#identity = this.#streams.open(STREAM_IDENTITY);
    this.#recalled = new Map(request.recalled?.entries.map((entry) => [entry.key, entry]));
  }

  findModel(name: string, kind: ModelKind = 'chat'): ModelFacts | undefined {
    return this.#models.find(name, kind, this.#begun.provider.dialect);
  }

  listModels(): readonly ModelFacts[] {
    return this.#models.list(this.#begun.provider.dialect);
  }

  tokenizerOf(model: ModelFacts): Tokenizer {
    return this.#models.of(model).tokenizer;
  }

  measurePrompt<Measured>(
    facts: ModelFacts,
    scope: PromptScope,
    measure: (meter: PromptMeter) => Measured,
  ): MeasuredPrompt<Measured> {
    const { call, provider, recalled } = this.#begun;
    const owner = [provider.name, provider.apiKeyOf(call) ?? ''];
    const needed = (question: PrefixQuestion) => new RecallNeeded([...this.#recalled.keys()], question);
    return measurePrompt(this.#models.of(facts), scope, { owner, answer: recalled?.prefix, needed }, measure);
  }

  generate(request: GenerationRequest): Generation {
    const model = this.#models.of(request.model);
    this.plan.cachedTokens = request.cachedTokens ?? 0;
    const facts = {
      model: model.name,
      endpoint: this.#begun.endpoint,
      lastMessage: request.conversation.lastMessage,
      promptTokens: request.promptTokens,
      header: this.#begun.call.header,
    };
    const { endsWithToolResult } = request.conversation;
    const rule = this.#rules.match({ ...facts, endsWithToolResult }, this.#streams.open(STREAM_RULES));
    if (rule?.fault !== undefined) throw this.#faultOf(rule.fault);
    const lengths = this.#streams.open(STREAM_LENGTH);
    const order = { request, model, facts, rule, streams: this.#streams, lengths };
    const choices = Array.from({ length: request.choices }, (_, index) => this.#composer.compose(order, index));
    const parts = choices.flatMap((choice) => choice.parts);
    const generation = {
      choices,
      completionTokens: tokensIn(parts),
      reasoningTokens: tokensIn(parts.filter(({ kind }) => kind === 'reasoning')),
      ...this.#timingOf(request, model, rule, choices),
    };
    this.#context.observer?.onGeneration(generation);
    return generation;
  }

  #timingOf(
    request: GenerationRequest,
    model: ServedModel,
    rule: RuleReply | undefined,
    choices: readonly GeneratedChoice[],
  ): Timing {
    const { cachedTokens = 0, choices: sequences, promptTokens } = request;
    const timeScale = this.#timeScale;
    const timing = this.#streams.open(STREAM_TIMING);
    const random = {
      timing,
      chunks: () => this.#streams.open(STREAM_CHUNKS),
      bursts: () => this.#streams.open(STREAM_BURSTS),
    };
    // A rule with times of its own means these, and at once is at once.
    const batching = rule?.ttft === undefined && rule?.itl === undefined && timeScale > 0 ? model.batching : undefined;
    if (batching !== undefined) {
      const steps = Math.max(1, ...choices.map(({ parts }) => tokensIn(parts)));
      const terms = batchTermsOf(batching, timeScale, { promptTokens, cachedTokens, steps, sequences });
      this.plan.batch = terms;
      return unloadedTiming(terms, model.pace, choices, random);
    }
    const { ttft = model.ttft, itl = model.pace.itl } = rule ?? {};
    const prefill = { promptTokens, cachedTokens, msPerToken: model.prefillMsPerToken };
    return {
      ttftUs: sampleTtftUs(ttft, timing, prefill, timeScale),
      ...sampleSteps({ ...model.pace, itl }, choices, random, timeScale),
    };
  }

  processingUs(facts: ModelFacts, promptTokens: number): number {
    const { ttft, prefillMsPerToken: msPerToken } = this.#models.of(facts);
    return sampleTtftUs(ttft, this.#streams.open(STREAM_TIMING), { promptTokens, msPerToken }, this.#timeScale);
  }

  embed(model: ModelFacts, text: string, dimensions: number): Float32Array {
    return embed(text, dimensions, { seed: this.seed, model: model.name, dimensions: model.embeddingDimensions });
  }

  schemaProblem(schema: unknown): SchemaProblem | undefined {
    return schemaProblem(schema);
  }

  moderate(text: string): { readonly [category: string]: number } {
    return moderationScores(text);
  }

  /** The stream is the text's own, so that texts of one reply differ and the order in which they are asked about does not matter. */
  tokenProbabilities(tokens: readonly string[], top: number): TokenProbability[] {
    return tokenProbabilities(tokens, top, this.#streams.named(`probabilities of ${tokens.join('')}`));
  }

  random(purpose: string): RandomSource {
    return this.#streams.named(purpose);
  }

  identifier(length: number, alphabet: string): string {
    let text = '';
    for (let i = 0; i < length; i++) text += alphabet[Math.floor(this.#identity.nextUnit() * alphabet.length)];
    return text;
  }

  /** An identifier for a reply that no endpoint wrote, in lower-case hexadecimal. */
  requestId(): string {
    return this.identifier(REQUEST_ID_CHARACTERS, '0123456789abcdef');
  }

  created(): number {
    if (!this.#context.snapshot.configuration.simulation.deterministic) return this.#context.wallClockSecs();
    return CREATED_FIRST_SECS + Math.floor(this.#identity.nextUnit() * CREATED_SPREAD_SECS);
  }

  recall(key: string): Recollection | undefined {
    return this.recallAll([key])[0];
  }

  recallAll(keys: readonly string[]): readonly (Recollection | undefined)[] {
    if (keys.length > RECALL_KEYS_MAX)
      throw new RangeError(`${keys.length} keys to recall, more than ${RECALL_KEYS_MAX}`);
    const recalled = this.#recalled;
    const found: (Recollection | undefined)[] = [];
    for (const key of keys) {
      const entry = recalled.get(key);
      if (entry === undefined)
        throw new RecallNeeded([...new Set([...recalled.keys(), ...keys])], this.#begun.recalled?.prefix);
      found.push(entry.document === null ? undefined : { document: entry.document, ageMs: entry.ageMs });
    }
    return found;
  }

  remember(key: string, document: string, ttlSecs?: number): void {
    this.plan.change(ttlSecs === undefined ? { key, document } : { key, document, ttlSecs });
  }

  forget(key: string): void {
    this.plan.change({ key, document: null });
  }

  #faultOf({ kind, afterMs, retryAfterSecs }: RuleFault): ApiError {
    this.#context.observer?.onFault(kind);
    const { call, provider } = this.#begun;
    const problems: { readonly [fault in RuleFault['kind']]: HttpProblem } = {
      authentication: { kind: 'unauthorized', apiKey: provider.apiKeyOf(call) },
      permission: { kind: 'forbidden' },
      rate_limit: { kind: 'rate_limited', retryAfterSecs },
      server_error: { kind: 'internal' },
      overloaded: { kind: 'overloaded' },
      timeout: { kind: 'timeout' },
    };
    return new ApiError(provider.httpError(problems[kind]), afterMs * 1_000 * this.#timeScale);
  }

  get #begun(): RequestContext {
    if (this.#request === undefined) throw new RangeError('no request has begun');
    return this.#request;
  }

  get #timeScale(): number {
    return this.#context.snapshot.configuration.simulation.time_scale;
  }
}

function tokensIn(parts: readonly GeneratedPart[]): number {
  return parts.reduce((sum, { tokens }) => sum + tokens.length, 0);
}
