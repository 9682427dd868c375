/**
 * What rate limits are made of: budgets per dimension, whose they are, what a request demands of them, and what is said when it does not
 * fit. Amounts are whole numbers (requests, tokens); times are µs on one clock that all who share a book go by. Everything here is plain
 * data, so that it crosses between processes as it is.
 */

/** What is limited; the names are the configuration's keys. */
export type LimitDimension =
  | 'requests_per_minute'
  | 'requests_per_day'
  | 'tokens_per_minute'
  | 'input_tokens_per_minute'
  | 'output_tokens_per_minute'
  | 'concurrent_requests';

export type LimitAlgorithm = 'token_bucket' | 'sliding_window';

/** An amount of each dimension; one that is absent is 0. Negative amounts stand only where that is said. */
export type LimitAmounts = { readonly [dimension in LimitDimension]?: number };

/** The limit of each dimension that has one: an integer from 0, where nothing fits. A dimension without a limit is absent. */
export type LimitCaps = LimitAmounts;

/** Whose budgets: the requests that share them. */
export interface LimitScope {
  /** Names the budgets among all of a node's (and, where it shares them, of all replicas'): a digest that tells no API key. */
  readonly id: string;
  /** The configured tier's name. */
  readonly tier: string;
  /** The group of models that share the budgets: the configured name, else the model's own. */
  readonly group: string;
  /** Whose they are, for people: a short digest of the API key. Absent where all of a tier share them, or there is no key. */
  readonly keyDigest?: string;
  readonly caps: LimitCaps;
}

/** Why a request does not fit, in one dimension. */
export interface LimitRefusal {
  readonly dimension: LimitDimension;
  readonly limit: number;
  /** What is used up of the limit, at most the limit. */
  readonly used: number;
  readonly requested: number;
  /** After how many µs the same demand fits if nothing else is taken; undefined where it never does, and for concurrent requests. */
  readonly retryAfterUs: number | undefined;
}

/** How one dimension stands. */
export interface LimitStanding {
  readonly dimension: LimitDimension;
  readonly limit: number;
  /** What still fits, 0 to the limit. */
  readonly remaining: number;
  /** After how many µs all of the limit is there again if nothing else is taken; 0 where it is, and for concurrent requests. */
  readonly resetUs: number;
}

/** A reply's view of its scope: what the provider's headers and refusals are written from. */
export interface LimitReport {
  /** One of each dimension that has a limit, in the order of LimitDimension. */
  readonly standings: readonly LimitStanding[];
  /** The model as the configuration names it; absent where none is known. */
  readonly model?: string;
  /** The group and the tier of the scope. */
  readonly group?: string;
  readonly tier?: string;
  /** The wall clock, ms since 1970, for providers that say when, not in how long; without it they do not say. */
  readonly unixMs?: number;
}

/** How a provider counts the tokens of a request against its limits. */
export interface TokenCounting {
  /** Whether tokens that a cache had count as input. */
  readonly cachedInputCounts: boolean;
  /** What tokens_per_minute adds up: input and output, the greater of the two at admission, or input alone. */
  readonly total: 'sum' | 'greater' | 'input';
  /**
   * What is taken for the answer before it is known: its limit of output tokens, or next to nothing, because the answer is counted while
   * it is written.
   */
  readonly outputEstimate: 'max_tokens' | 'as_written';
  /** Whether the tokens really used replace the estimate when the request is over. */
  readonly correctsEstimate: boolean;
}

/** Who keeps the budgets: see LimitBook, which has them all in memory. */
export interface LimitKeeper {
  /** Takes all of the demand, or nothing and says why. */
  take(scope: LimitScope, demand: LimitAmounts, nowUs: number): LimitRefusal | undefined;
  /**
   * Takes what is there of an amount: each dimension by itself gives as much as fits, at most what is wanted. A dimension without a limit
   * gives all. What is not used goes back with correct(scope, negative amounts, when it was leased, now).
   */
  lease(scope: LimitScope, wanted: LimitAmounts, nowUs: number): LimitAmounts;
  /**
   * Sets right what was taken at takenAtUs: a positive amount takes more, whether or not it fits (the budget then owes it), a negative
   * one gives back, except for what time has given back already.
   */
  correct(scope: LimitScope, delta: LimitAmounts, takenAtUs: number, nowUs: number): void;
  standings(scope: LimitScope, nowUs: number): readonly LimitStanding[];
}

/** Which requests share budgets: those that the model answers, or those that only have tokens counted, which have budgets of their own. */
export type LimitPool = 'model' | 'token_counting';

/** Finds the scope of a request: see LimitRules. */
export interface LimitDirectory {
  /**
   * @param apiKey undefined for a request that carries none
   * @param modelIndex as in a response plan; NO_MODEL for a model that nobody configured
   * @returns undefined for what is not limited
   */
  scopeOf(apiKey: string | undefined, modelIndex: number, pool: LimitPool): LimitScope | undefined;
}

/** The tokens that a request demands when it is admitted, or has used when it is over. */
export interface TokenDemand {
  /** Of tokens_per_minute: input and output as the provider adds them up. */
  readonly tokens: number;
  /** Of input_tokens_per_minute. */
  readonly inputTokens: number;
  /** Of output_tokens_per_minute. */
  readonly outputTokens: number;
}
