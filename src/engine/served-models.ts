/**
 * The snapshot's models made ready to serve: tokenizer and samplers resolved. Where every name is accepted, a name that nobody configured
 * is served by a model with the defaults, one per kind, which no metric counts by name.
 */

import { type BatchingParameters, batchingParameters } from '../config/batching-parameters.js';
import { defaultModel } from '../config/default-model.js';
import type { ModelFinder } from '../config/model-names.js';
import { type ConfigurationSnapshot, type ModelEntry, modelFinder } from '../config/snapshot.js';
import { traceKeyOf } from '../config/trace-key.js';
import type { Tokenizer } from '../content/contract.js';
import type { Sampler } from '../latency/contract.js';
import { createLengthSampler } from '../latency/lengths.js';
import { createSampler } from '../latency/registry.js';
import type { Dialect, ModelFacts, ModelKind } from '../providers/contract.js';
import { NO_MODEL } from '../runtime/plan-layout.js';
import type { Pace } from './chunks.js';
import { TraceRows } from './trace-rows.js';

export interface PrefixCacheSettings {
  readonly blockTokens: number;
  /** Undefined: what the provider documents. */
  readonly minTokens: number | undefined;
  readonly ttlSecs: number;
}

export interface ServedModel extends ModelFacts {
  readonly dialect: Dialect;
  readonly tokenizer: Tokenizer;
  readonly ttft: Sampler;
  /** How it gives its tokens. */
  readonly pace: Pace;
  /** Where the model's tokens come from a batching engine: its parameters. */
  readonly batching: BatchingParameters | undefined;
  /** What a prompt token that no cache holds adds to the time to first token, ms; 0 where prompts add nothing. */
  readonly prefillMsPerToken: number;
  /** Draws "milliseconds" that are tokens: the length of an answer without a limit. */
  readonly outputTokens: Sampler;
  /** The same for reasoning at medium effort. */
  readonly reasoningTokens: Sampler;
  /** Undefined where none is recorded. */
  readonly trace: TraceRows | undefined;
  /** Undefined where prompts are not cached. */
  readonly prefixCache: PrefixCacheSettings | undefined;
}

export class ServedModels {
  /** Sorted by name. */
  readonly #models: readonly ServedModel[];
  readonly #byIndex: ReadonlyMap<number, ServedModel>;
  readonly #finder: ModelFinder<ModelEntry>;
  readonly #unknown: ReadonlyMap<ModelKind, ServedModel> | undefined;

  /** @param tokenizers every encoding that a model of the snapshot uses, by name */
  constructor(snapshot: ConfigurationSnapshot, tokenizers: ReadonlyMap<string, Tokenizer>) {
    this.#models = snapshot.models.map((entry) => serveModel(entry, tokenizers, snapshot.traces));
    this.#byIndex = new Map(this.#models.map((model) => [model.index, model]));
    this.#finder = modelFinder(snapshot);
    if (snapshot.configuration.simulation.unknown_models === 'accept') {
      const kinds: readonly ModelKind[] = ['chat', 'completion', 'embedding', 'moderation'];
      this.#unknown = new Map(
        kinds.map((kind) => [kind, serveModel({ ...defaultModel(kind), name: '', index: NO_MODEL }, tokenizers, {})]),
      );
    }
  }

  /** The model of that name, if it is the dialect's own; where every name is accepted, also another dialect's. */
  find(name: string, kind: ModelKind, dialect: Dialect): ServedModel | undefined {
    const entry = this.#finder.find(name);
    if (entry !== undefined && (entry.dialect === dialect || this.#unknown !== undefined))
      return this.#byIndex.get(entry.index);
    const unknown = this.#unknown?.get(kind);
    return unknown === undefined ? undefined : { ...unknown, name };
  }

  /** The served side of what find() or list() gave out. */
  of(model: ModelFacts): ServedModel {
    return this.#byIndex.get(model.index) ?? (model as ServedModel);
  }

  list(dialect: Dialect): readonly ServedModel[] {
    return this.#models.filter((model) => model.dialect === dialect);
  }
}

function serveModel(
  entry: ModelEntry,
  tokenizers: ReadonlyMap<string, Tokenizer>,
  traces: ConfigurationSnapshot['traces'],
): ServedModel {
  const tokenizer = tokenizers.get(entry.encoding);
  if (tokenizer === undefined) throw new RangeError(`no tokenizer for ${entry.encoding} is loaded`);
  return {
    index: entry.index,
    name: entry.name,
    dialect: entry.dialect,
    created: entry.created,
    contextWindowTokens: entry.context_window_tokens,
    maxOutputTokens: entry.max_output_tokens,
    kind: entry.kind,
    reasons: entry.reasoning.enabled,
    embeddingDimensions: entry.embedding_dimensions,
    tokenizer,
    ttft: createSampler(entry.latency.ttft),
    pace: paceOf(entry.latency),
    batching: entry.latency.batching.enabled ? batchingParameters(entry.latency.batching) : undefined,
    prefillMsPerToken: 1_000 / (entry.latency.prefill_tokens_per_sec ?? Number.POSITIVE_INFINITY),
    outputTokens: createLengthSampler(entry.output_tokens),
    reasoningTokens: createLengthSampler(entry.reasoning.tokens),
    defaultEffort: entry.reasoning.default_effort,
    trace: traceOf(entry.trace, traces),
    prefixCache: prefixCacheOf(entry),
  };
}

function traceOf(trace: ModelEntry['trace'], traces: ConfigurationSnapshot['traces']): TraceRows | undefined {
  const recorded = traces[traceKeyOf(trace) ?? ''];
  return recorded === undefined ? undefined : new TraceRows(recorded, trace.row);
}

function paceOf({ itl, tokens_per_chunk: chunkTokens, burst }: ModelEntry['latency']): Pace {
  return {
    itl: createSampler(itl),
    chunkTokens: chunkTokens === 1 ? undefined : createLengthSampler(chunkTokens),
    burst: burst.probability === 0 ? undefined : burst,
  };
}

function prefixCacheOf({ prefix_cache: cache }: Pick<ModelEntry, 'prefix_cache'>): PrefixCacheSettings | undefined {
  const { enabled, block_tokens: blockTokens, min_tokens: minTokens, ttl_secs: ttlSecs } = cache;
  return enabled ? { blockTokens, minTokens, ttlSecs } : undefined;
}
