/**
 * What a provider's endpoint asks while it answers one request: models, tokens, content, time and identifiers. Everything random
 * comes from streams seeded by (seed, request), one per purpose, so that asking for one thing never changes another.
 */
import type { ModelFinder } from '../config/model-names.js';
import { type ConfigurationSnapshot, type ModelEntry, modelFinder } from '../config/snapshot.js';
import type { Tokenizer } from '../content/contract.js';
import { LanguageText } from '../content/language-text.js';
import { cutAtStop } from '../content/stop-sequences.js';
import type { ContentHash } from '../kernel/content-hash.js';
import type { RandomSource } from '../kernel/random-source.js';
import type { Sampler } from '../latency/contract.js';
import { createSampler } from '../latency/registry.js';
import type { GeneratedChoice, Generation, GenerationRequest, ModelFacts, Simulation } from '../providers/contract.js';
import type { PlanBuilder } from '../runtime/response-plan.js';
import { seededRandom } from './rng.js';
import { sampleTiming } from './timing.js';

/** The purposes that have a stream of their own; content has one per choice from CONTENT on. */
const STREAM_IDENTITY = 1;
const STREAM_TIMING = 2;
const STREAM_LENGTH = 3;
const STREAM_CONTENT = 16;

/** Where `created` begins in a deterministic simulation, and how far it spreads: the year 2025. */
const CREATED_FIRST_SECS = 1_735_689_600;
const CREATED_SPREAD_SECS = 31_536_000;

interface ServedModel extends ModelFacts {
  readonly tokenizer: Tokenizer;
  readonly ttft: Sampler;
  readonly itl: Sampler;
  /** Draws "milliseconds" that are tokens: the length of an answer without a limit. */
  readonly outputTokens: Sampler;
}

export interface SimulationContext {
  readonly snapshot: ConfigurationSnapshot;
  /** Every encoding that a model of the snapshot uses, by name. */
  readonly tokenizers: ReadonlyMap<string, Tokenizer>;
  readonly plan: PlanBuilder;
  /** Seconds since 1970; asked only when the simulation is not deterministic. */
  readonly wallClockSecs: () => number;
}

export class RequestSimulation implements Simulation {
  readonly plan: PlanBuilder;
  readonly modelSuffix: string;
  readonly seed: number;
  readonly #context: SimulationContext;
  readonly #models: readonly ServedModel[];
  readonly #finder: ModelFinder<ModelEntry>;
  readonly #text = new LanguageText();
  #key: ContentHash = new Uint32Array(4);
  #identity: RandomSource;
  #dialect = '';

  constructor(context: SimulationContext) {
    const { snapshot } = context;
    this.#context = context;
    this.plan = context.plan;
    this.modelSuffix = snapshot.configuration.simulation.model_suffix;
    this.seed = snapshot.seed;
    this.#models = snapshot.models.map((entry) => serveModel(entry, context.tokenizers));
    this.#finder = modelFinder(snapshot);
    this.#identity = seededRandom(this.seed, this.#key, STREAM_IDENTITY);
  }

  /** Begins another request: the key says which one it is, in four words. */
  begin(key: ContentHash, dialect: string): void {
    this.#key = key;
    this.#dialect = dialect;
    this.#identity = seededRandom(this.seed, key, STREAM_IDENTITY);
  }

  findModel(name: string): ModelFacts | undefined {
    const entry = this.#finder.find(name);
    return entry === undefined ? undefined : this.#models[entry.index];
  }

  listModels(): readonly ModelFacts[] {
    return this.#models.filter((_, index) => this.#context.snapshot.models[index].dialect === this.#dialect);
  }

  tokenizerOf(model: ModelFacts): Tokenizer {
    return this.#models[model.index].tokenizer;
  }

  generate(request: GenerationRequest): Generation {
    const model = this.#models[request.model.index];
    const lengths = seededRandom(this.seed, this.#key, STREAM_LENGTH);
    const choices: GeneratedChoice[] = [];
    for (let index = 0; index < request.choices; index++) choices.push(this.#choice(request, model, lengths, index));
    const steps = Math.max(...choices.map(({ tokens }) => tokens.length));
    const timing = seededRandom(this.seed, this.#key, STREAM_TIMING);
    const { time_scale: timeScale } = this.#context.snapshot.configuration.simulation;
    return {
      choices,
      completionTokens: choices.reduce((sum, { tokens }) => sum + tokens.length, 0),
      ...sampleTiming(model.ttft, model.itl, timing, steps, timeScale),
    };
  }

  identifier(length: number, alphabet: string): string {
    let text = '';
    for (let i = 0; i < length; i++) text += alphabet[Math.floor(this.#identity.nextUnit() * alphabet.length)];
    return text;
  }

  created(): number {
    if (!this.#context.snapshot.configuration.simulation.deterministic) return this.#context.wallClockSecs();
    return CREATED_FIRST_SECS + Math.floor(this.#identity.nextUnit() * CREATED_SPREAD_SECS);
  }

  #choice(request: GenerationRequest, model: ServedModel, lengths: RandomSource, index: number): GeneratedChoice {
    const content = seededRandom(this.seed, this.#key, STREAM_CONTENT + index);
    // The draw is made in any case, so that a limit changes where a text ends and not what it says.
    const natural = Math.max(1, Math.round(model.outputTokens.sampleMs(lengths)));
    const target = request.maxTokensGiven ? Number.MAX_SAFE_INTEGER : natural;
    const generated = this.#text.generate(
      content,
      model.tokenizer,
      Math.min(target, request.maxTokens),
      request.maxTokens,
    );
    const finish = generated.complete ? 'stop' : 'length';
    if (request.stops.length === 0) return { tokens: generated.tokens, finish };
    const { tokens, stopped } = cutAtStop(generated.tokens, request.stops, model.tokenizer);
    return { tokens, finish: stopped === undefined ? finish : 'stop' };
  }
}

function serveModel(entry: ModelEntry, tokenizers: ReadonlyMap<string, Tokenizer>): ServedModel {
  const tokenizer = tokenizers.get(entry.encoding);
  if (tokenizer === undefined) throw new RangeError(`no tokenizer for ${entry.encoding} is loaded`);
  const { p50, p95 } = entry.output_tokens;
  return {
    index: entry.index,
    name: entry.name,
    created: entry.created,
    contextWindowTokens: entry.context_window_tokens,
    maxOutputTokens: entry.max_output_tokens,
    kind: entry.kind,
    tokenizer,
    ttft: createSampler(entry.latency.ttft),
    itl: createSampler(entry.latency.itl),
    outputTokens: createSampler({ distribution: 'log_normal', p50_ms: p50, p95_ms: p95 }),
  };
}
