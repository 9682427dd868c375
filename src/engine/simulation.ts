/**
 * What a provider's endpoint asks while it answers one request: models, tokens, content, time, identifiers, and what earlier requests left
 * behind. Everything random comes from streams seeded by (seed, request), one per purpose, so that asking for one thing never changes
 * another.
 */
import type { Tokenizer } from '../content/contract.js';
import { embed } from '../content/embedding.js';
import { schemaProblem } from '../content/json/schema-problem.js';
import { moderationScores } from '../content/moderation.js';
import { tokenProbabilities } from '../content/token-probabilities.js';
import type { RandomSource } from '../kernel/random-source.js';
import type {
  Endpoint,
  ModelFacts,
  ModelKind,
  Recollection,
  ResponseChain,
  SchemaProblem,
  Simulation,
  TokenProbability,
} from '../providers/contract.js';
import type { GeneratedChoice, GeneratedPart, Generation, GenerationRequest } from '../providers/generation.js';
import type { MeasuredPrompt, PromptMeter, PromptScope } from '../providers/prompt-meter.js';
import type { PrefixQuestion } from '../runtime/prefix-cache.js';
import type { PlanBuilder } from '../runtime/response-plan.js';
import type { SteeredLatency } from '../scenarios/compiled-steering.js';
import { Effort, LABORIOUS } from './effort.js';
import { withAsked } from './latency-header.js';
import { measurePrompt } from './prompt-measuring.js';
import {
  RandomStreams,
  STREAM_IDENTITY,
  STREAM_LENGTH,
  STREAM_RULES,
  STREAM_TIMING,
  STREAM_TRACE,
} from './random-streams.js';
import { Recollections } from './recollections.js';
import { ReplyComposer } from './reply-composer.js';
import { rewriteReply } from './reply-rewriting.js';
import { ReplyRules } from './reply-rules.js';
import { timingOf } from './reply-timing.js';
import { RequestFaults } from './request-faults.js';
import { RequestSteering } from './request-steering.js';
import { ServedModels } from './served-models.js';
import { checkSessionContext } from './sessions/session-bound.js';
import { chainMark } from './sessions/session-finder.js';
import type { RequestContext, SimulationContext } from './simulation-context.js';
import { steeredProcessingUs } from './steered-timing.js';
import { sampleTtftUs } from './timing.js';

/** Where `created` begins in a deterministic simulation, and how far it spreads: the year 2025. */
const CREATED_FIRST_SECS = 1_735_689_600;
const CREATED_SPREAD_SECS = 31_536_000;
const REQUEST_ID_CHARACTERS = 32;
/** What other things than generating text take, in tokens that could be generated meanwhile: measured, and rounded up. */
const EMBEDDING_TOKENS = 64;
const CHARACTERS_EMBEDDED_PER_TOKEN = 4;
const DIMENSIONS_PER_TOKEN = 16;
const MODERATION_TOKENS = 32;
const CHARACTERS_MODERATED_PER_TOKEN = 4;

export class RequestSimulation implements Simulation {
  readonly plan: PlanBuilder;
  readonly modelSuffix: string;
  readonly seed: number;
  readonly rateLimited: boolean;
  readonly #context: SimulationContext;
  readonly #effort: Effort;
  readonly #models: ServedModels;
  readonly #composer: ReplyComposer;
  readonly #rules: ReplyRules;
  readonly #steering: RequestSteering;
  readonly #faults: RequestFaults;
  #streams: RandomStreams;
  #identity: RandomSource;
  #request: RequestContext | undefined;
  #generated: GenerationRequest | undefined;
  #generation: Generation | undefined;
  #recalled = new Recollections(undefined);
  /** The model that was asked for last. */
  #found: ModelFacts | undefined;

  constructor(context: SimulationContext) {
    const { snapshot, tokenizers } = context;
    this.#context = context;
    this.#effort = context.effort ?? new Effort();
    this.plan = context.plan;
    this.modelSuffix = snapshot.configuration.simulation.model_suffix;
    this.seed = snapshot.seed;
    this.rateLimited = snapshot.configuration.rate_limits.enabled;
    this.#models = new ServedModels(snapshot, tokenizers);
    this.#composer = new ReplyComposer(snapshot.configuration.replies);
    this.#rules = new ReplyRules(snapshot.configuration.replies.rules);
    this.#steering = new RequestSteering(snapshot);
    this.#faults = new RequestFaults(context, this.#steering);
    this.#streams = new RandomStreams(this.seed, new Uint32Array(4));
    this.#identity = this.#streams.open(STREAM_IDENTITY);
  }

  /** Begins another request. */
  begin(request: RequestContext): void {
    this.#request = request;
    this.#steering.take(request.steering);
    this.#streams = new RandomStreams(this.seed, request.identity);
    this.#identity = this.#streams.open(STREAM_IDENTITY);
    this.#recalled = new Recollections(request.recalled);
    this.#generated = undefined;
    this.#generation = undefined;
    this.#faults.begin(request);
    this.#found = undefined;
  }

  /** What the model has been asked for; undefined for a request that has asked nothing of it. */
  get generated(): GenerationRequest | undefined {
    return this.#generated;
  }

  /** What the model said; undefined where it has not. */
  get generation(): Generation | undefined {
    return this.#generation;
  }

  /** Whether any rule of faults looks at the requests' numbers. */
  get countsRequests(): boolean {
    return this.#faults.count;
  }

  /** What the request asks for by headers of its own. @throws ApiError for one that is malformed */
  readHeaders(): void {
    this.#faults.readHeaders();
  }

  /** The plan is written: the request gets the fault that is still due, if one is. @throws what answers in place of the plan */
  settle(endpoint: Endpoint): void {
    const { provider } = this.#begun;
    this.#faults.refuse(
      this.#faults.decide(this.#found?.name ?? '', false),
      this.#found,
      this.plan.promptTokens,
      false,
    );
    const { pending } = this.#faults;
    if (pending?.kind.stage !== 'stream') return;
    const random = this.random('fault');
    const request = { endpoint, provider, random, timeScale: this.#timeScale };
    if (rewriteReply(this.plan, pending.kind, pending.parameters as never, request)) this.#faults.fired(pending);
  }

  findModel(name: string, kind: ModelKind = 'chat'): ModelFacts | undefined {
    this.#found = this.#models.find(name, kind, this.#begun.provider.dialect);
    return this.#found;
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
    const { call, known, provider } = this.#begun;
    const recalled = this.#recalled;
    const context = {
      known: <Known>(take: () => Known): Known =>
        known === undefined ? take() : known.measure(`${facts.index} ${facts.name}`, take),
      owner: () => [provider.name, provider.apiKeyOf(call) ?? ''],
      answer: recalled.prefix,
      needed: (question: PrefixQuestion) => recalled.needing(question),
    };
    return measurePrompt(this.#models.of(facts), scope, context, measure);
  }

  generate(request: GenerationRequest): Generation {
    this.#generated = request;
    const { session } = this.#begun;
    const { max_context_tokens: tokensMax } = this.#context.snapshot.configuration.simulation.sessions;
    checkSessionContext(session, request.promptTokens, tokensMax, this.#begun);
    const model = this.#models.of(request.model);
    const facts = {
      model: model.name,
      endpoint: this.#begun.endpoint,
      lastMessage: request.conversation.lastMessage,
      promptTokens: request.promptTokens,
      header: this.#begun.call.header,
      endsWithToolResult: request.conversation.endsWithToolResult,
    };
    const rule = this.#rules.match(facts, () => this.#streams.open(STREAM_RULES));
    const fault = this.#faults.decide(model.name, true, rule?.fault);
    const blockedUs = this.#faults.refuse(fault, model, request.promptTokens, true);
    if (blockedUs !== undefined) return blocked(request.choices, blockedUs);
    this.plan.cachedTokens = request.cachedTokens ?? 0;
    const lengths = this.#streams.open(STREAM_LENGTH);
    const streams = this.#streams;
    const row = model.trace?.rowFor(request.promptTokens, streams.open(STREAM_TRACE));
    const steered = this.#steeredLatency(model.name);
    const effort = this.#effort;
    const order = { request, model, facts, rule, row, steered, streams, lengths, timeScale: this.#timeScale, effort };
    const composed: GeneratedChoice[] = [];
    for (let index = 0; index < request.choices; index++) composed.push(this.#composer.compose(order, index));
    const choices = this.#faults.changed(fault, composed);
    const { timing, batch } = timingOf(order, choices);
    this.plan.batch = batch;
    // Written out: the engine gives every spread object with other fields a shape of its own.
    const generation = {
      choices,
      completionTokens: tokensOf(choices),
      reasoningTokens: tokensOf(choices, 'reasoning'),
      ttftUs: timing.ttftUs,
      itlUs: timing.itlUs,
      stepTokens: timing.stepTokens,
    };
    this.#context.observer?.onGeneration(generation);
    this.#generation = generation;
    return generation;
  }

  processingUs(facts: ModelFacts, promptTokens: number): number {
    const { name, ttft, prefillMsPerToken: msPerToken } = this.#models.of(facts);
    this.#faults.refuse(this.#faults.decide(name, false), facts, promptTokens, false);
    const prefill = { promptTokens, msPerToken };
    const drawnUs = sampleTtftUs(ttft, this.#streams.open(STREAM_TIMING), prefill, this.#timeScale);
    return steeredProcessingUs(drawnUs, this.#steeredLatency(name), this.#timeScale);
  }

  embed(model: ModelFacts, text: string, dimensions: number): Float32Array {
    this.takes(
      EMBEDDING_TOKENS + text.length / CHARACTERS_EMBEDDED_PER_TOKEN + model.embeddingDimensions / DIMENSIONS_PER_TOKEN,
    );
    return embed(text, dimensions, { seed: this.seed, model: model.name, dimensions: model.embeddingDimensions });
  }

  schemaProblem(schema: unknown): SchemaProblem | undefined {
    this.takes(LABORIOUS);
    return schemaProblem(schema);
  }

  moderate(text: string): { readonly [category: string]: number } {
    this.takes(MODERATION_TOKENS + text.length / CHARACTERS_MODERATED_PER_TOKEN);
    return moderationScores(text);
  }

  /** The stream is the text's own, so that texts of one reply differ and the order in which they are asked about does not matter. */
  tokenProbabilities(tokens: readonly string[], top: number): TokenProbability[] {
    this.takes(tokens.length * (1 + top));
    return tokenProbabilities(tokens, top, this.#streams.named(`probabilities of ${tokens.join('')}`));
  }

  read<Reading>(read: () => Reading): Reading {
    const { known } = this.#begun;
    return known === undefined ? read() : known.reading(read);
  }

  takes(tokens: number): void {
    this.#effort.spend(tokens);
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
    return this.#recalled.of(keys);
  }

  remember(key: string, document: string, ttlSecs?: number): void {
    this.plan.change(ttlSecs === undefined ? { key, document } : { key, document, ttlSecs });
  }

  followChain({ root, tokens, turns }: ResponseChain): void {
    const session = this.#begun.session;
    if (session !== undefined && session.mark === undefined) this.plan.session = chainMark(root, turns, tokens);
  }

  forget(key: string): void {
    this.plan.change({ key, document: null });
  }

  get #begun(): RequestContext {
    if (this.#request === undefined) throw new RangeError('no request has begun');
    return this.#request;
  }

  #steeredLatency(model: string): SteeredLatency | undefined {
    const { atUs, endpoint, provider } = this.#begun;
    const steered = this.#steering.latencyOf({ atUs, endpoint, model, provider: provider.name });
    return withAsked(steered, this.#faults.asked.latency);
  }

  get #timeScale(): number {
    return this.#context.snapshot.configuration.simulation.time_scale;
  }
}

/** How many tokens all choices have. @param kind of the parts that count; all of them unless given */
function tokensOf(choices: readonly GeneratedChoice[], kind?: GeneratedPart['kind']): number {
  let tokens = 0;
  for (const { parts } of choices) {
    for (const part of parts) if (kind === undefined || part.kind === kind) tokens += part.tokens.length;
  }
  return tokens;
}

/** Nothing said, and a filter as the reason. */
function blocked(choices: number, dueUs: number): Generation {
  const choice: GeneratedChoice = {
    parts: [{ kind: 'text', tokens: [] }],
    finish: 'content_filter',
    stopSequence: undefined,
  };
  return {
    choices: Array.from({ length: choices }, () => choice),
    completionTokens: 0,
    reasoningTokens: 0,
    ttftUs: dueUs,
    itlUs: new Float64Array(0),
  };
}
