/**
 * Which limits hold for whom, as configured: an API key has a tier, a tier is a list of limits, and the first of them that names a model
 * holds for it. A scope is looked up twice in maps where its key was seen before; nothing but this module sees API keys, and what it gives
 * out names them by a digest.
 */
import { hashValue, hexOf } from '../kernel/content-hash.js';
import { matchesGlob } from '../kernel/text-pattern.js';
import type { LimitCaps, LimitDirectory, LimitPool, LimitScope } from './contract.js';

/** Limits that a tier gives to some models: the names of their caps are those of LimitCaps. */
export interface ModelLimits extends LimitCaps {
  /** Globs over the models' names. */
  readonly models: readonly string[];
  /** The models share the budgets under this name; without it each has its own. */
  readonly group?: string;
}

export interface LimitTier {
  /** Whether every API key has budgets of its own, or all of the tier share theirs. */
  readonly per: 'key' | 'all';
  readonly limits: readonly ModelLimits[];
}

export interface LimitSettings {
  readonly tiers: { readonly [name: string]: LimitTier };
  readonly keys: readonly { readonly api_key: string; readonly tier: string }[];
  /** The tier of keys that are not listed, and of requests without one; null where they are not limited. */
  readonly default_tier: string | null;
}

/** API keys whose scopes are remembered; the one unused for longest makes room and is worked out anew when it comes back. */
const KEYS_MAX = 20_000;

/** A tier's caps for one model. */
interface Cell {
  readonly group: string;
  readonly caps: { readonly [pool in LimitPool]: LimitCaps };
}

interface CompiledTier {
  readonly name: string;
  readonly per: LimitTier['per'];
  /** By model index; undefined where the model is not limited. */
  readonly cells: readonly (Cell | undefined)[];
  /** Of models that nobody configured. */
  readonly unknown: Cell | undefined;
}

/** The scopes of one API key. */
interface KeyScopes {
  readonly tier: CompiledTier;
  readonly model: Map<string, LimitScope>;
  readonly token_counting: Map<string, LimitScope>;
}

export class LimitRules implements LimitDirectory {
  readonly #tiers: ReadonlyMap<string, CompiledTier>;
  readonly #tierOfKey: ReadonlyMap<string, string>;
  readonly #defaultTier: string | null;
  readonly #keyDigest: (apiKey: string) => string;
  /** In the order of their last use. */
  readonly #keys = new Map<string | undefined, KeyScopes | undefined>();

  /**
   * @param modelNames by model index
   * @param unknownModel what models that nobody configured are called; undefined where they are refused, which no limit counts
   * @param keyDigest how a key is shown to people; asked once per scope
   */
  constructor(
    settings: LimitSettings,
    modelNames: readonly string[],
    unknownModel: string | undefined,
    keyDigest: (apiKey: string) => string,
  ) {
    const tiers = Object.entries(settings.tiers);
    this.#tiers = new Map(tiers.map(([name, tier]) => [name, compileTier(name, tier, modelNames, unknownModel)]));
    this.#tierOfKey = new Map(settings.keys.map(({ api_key: key, tier }) => [key, tier]));
    this.#defaultTier = settings.default_tier;
    this.#keyDigest = keyDigest;
  }

  scopeOf(apiKey: string | undefined, modelIndex: number, pool: LimitPool): LimitScope | undefined {
    const scopes = this.#scopesOf(apiKey);
    if (scopes === undefined) return undefined;
    const { cells, unknown } = scopes.tier;
    const cell = modelIndex < cells.length ? cells[modelIndex] : unknown;
    if (cell === undefined) return undefined;
    const known = scopes[pool].get(cell.group);
    if (known !== undefined) return known;
    const scope = this.#scopeIn(scopes.tier, cell, apiKey, pool);
    scopes[pool].set(cell.group, scope);
    return scope;
  }

  #scopesOf(apiKey: string | undefined): KeyScopes | undefined {
    const known = this.#keys.get(apiKey);
    if (known !== undefined) {
      this.#keys.delete(apiKey);
      this.#keys.set(apiKey, known);
      return known;
    }
    const name = (apiKey === undefined ? undefined : this.#tierOfKey.get(apiKey)) ?? this.#defaultTier;
    const tier = name === null ? undefined : this.#tiers.get(name);
    if (tier === undefined) return undefined;
    const scopes: KeyScopes = { tier, model: new Map(), token_counting: new Map() };
    if (this.#keys.size >= KEYS_MAX) this.#forgetOldest();
    this.#keys.set(apiKey, scopes);
    return scopes;
  }

  #scopeIn({ name, per }: CompiledTier, cell: Cell, apiKey: string | undefined, pool: LimitPool): LimitScope {
    const owner = per === 'all' ? [] : [apiKey ?? null];
    const id = hexOf(hashValue([name, cell.group, pool, ...owner]));
    const scope = { id, tier: name, group: cell.group, caps: cell.caps[pool] };
    return per === 'all' || apiKey === undefined ? scope : { ...scope, keyDigest: this.#keyDigest(apiKey) };
  }

  #forgetOldest(): void {
    for (const key of this.#keys.keys()) {
      this.#keys.delete(key);
      return;
    }
  }
}

function compileTier(
  name: string,
  { per, limits }: LimitTier,
  modelNames: readonly string[],
  unknownModel: string | undefined,
): CompiledTier {
  const compiled = limits.map(({ models, group, ...caps }) => ({ models, group, caps: capsOf(caps) }));
  const cellOf = (model: string): Cell | undefined => {
    const found = compiled.find(({ models }) => models.some((glob) => matchesGlob(glob, model)));
    return found === undefined ? undefined : { group: found.group ?? model, caps: found.caps };
  };
  return {
    name,
    per,
    cells: modelNames.map(cellOf),
    unknown: unknownModel === undefined ? undefined : cellOf(unknownModel),
  };
}

/** Counting tokens uses none, and is over at once. */
function capsOf(caps: LimitCaps): Cell['caps'] {
  const { requests_per_minute, requests_per_day } = caps;
  const counting = { requests_per_minute, requests_per_day };
  return { model: withoutAbsent(caps), token_counting: withoutAbsent(counting) };
}

function withoutAbsent(caps: LimitCaps): LimitCaps {
  return Object.fromEntries(Object.entries(caps).filter(([, limit]) => limit !== undefined && limit !== null));
}
