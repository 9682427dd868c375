/**
 * `extends`: a model takes every key that it does not give itself from another model, as a higher layer covers a lower one. It is resolved
 * when all layers are merged, so what any layer says of a model, its base's name included, holds before what is inherited.
 *
 *   large:  {enabled: false, latency: {…}}      a disabled model is as good a base as any, so it can be a template
 *   mine:   {extends: large, created: …}  ─▶  everything of large but `enabled` and `extends`
 *   yours:  {extends: mine}               ─▶  what mine has become
 *
 * The dialect comes along: where nobody gives one, it is that of the name at the chain's beginning.
 */
import { dialectOf } from './dialects.js';
import { merge } from './merge.js';
import { hasPath, isPlainObject, type PlainObject, valueAt } from './plain-data.js';
import type { Finding, Path } from './problems.js';
import { modelSchema } from './schema/models.js';
import { suggestChoice } from './suggestions.js';

/** Longer chains are a mistake, or an attack. */
const CHAIN_MAX = 16;

export interface ResolvedModels {
  /** The models with what they inherit. */
  readonly models: unknown;
  /** What is wrong with the names of bases. Such a model stands for itself. */
  readonly findings: readonly Finding[];
}

/** @param models the merged section `providers`, not yet validated: anything */
export function withBases(models: unknown): ResolvedModels {
  if (!isPlainObject(models)) return { models, findings: [] };
  const findings = Object.keys(models).flatMap((name) => chainFindings(models, name));
  const broken = new Set(findings.map(({ path }) => path[1]));
  const resolved = new Map<string, unknown>();
  const resolve = (name: string): unknown => {
    const known = resolved.get(name);
    if (known !== undefined) return known;
    const base = broken.has(name) ? undefined : baseOf(models, name);
    const model = base === undefined ? models[name] : extended(models[name] as PlainObject, base, resolve(base));
    resolved.set(name, model);
    return model;
  };
  return { models: Object.fromEntries(Object.keys(models).map((name) => [name, resolve(name)])), findings };
}

/** The name that the model gives, if it is a name at all. */
function baseOf(models: PlainObject, name: string): string | undefined {
  const base = Object.hasOwn(models, name) ? valueAt(models[name], ['extends']) : undefined;
  return typeof base === 'string' ? base : undefined;
}

function extended(own: PlainObject, baseName: string, base: unknown): unknown {
  // A section whose keys are all commented out reads as null, and is a model with all the defaults.
  const given = base ?? {};
  if (!isPlainObject(given)) return own;
  const { enabled: _enabled, extends: _extends, ...inherited } = given;
  return merge({ dialect: dialectOf(baseName), ...inherited }, own, modelSchema);
}

function chainFindings(models: PlainObject, name: string): Finding[] {
  const first = baseOf(models, name);
  if (first === undefined) return [];
  const wrong = (message: string, suggestion?: string): Finding[] => [
    { path: ['providers', name, 'extends'], part: 'value', value: first, message, suggestion },
  ];
  if (first === name) return wrong('must name another model');
  if (!Object.hasOwn(models, first)) {
    const others = Object.keys(models).filter((other) => other !== name);
    return wrong('must name a model that is configured', suggestChoice(first, others));
  }
  const chain = [name];
  for (let next: string | undefined = first; next !== undefined; next = baseOf(models, next)) {
    if (next === name) return wrong(`must not lead back to the model: ${[...chain, next].join(' → ')}`);
    // A circle further on is reported where it is.
    if (chain.includes(next)) return [];
    chain.push(next);
    if (chain.length > CHAIN_MAX) return wrong(`must lead to an end within ${CHAIN_MAX} models`);
  }
  return [];
}

/**
 * The findings without those that a model has only inherited: the same is said of its base, where it can be mended.
 * @param models as they were given to withBases
 */
export function withoutInherited(findings: readonly Finding[], models: unknown): Finding[] {
  if (!isPlainObject(models)) return [...findings];
  const said = new Set(findings.map(({ path, message }) => JSON.stringify([path, message])));
  return findings.filter(({ path, message }) => {
    const [section, name = '', ...rest] = path;
    const base = section === 'providers' ? baseOf(models, name) : undefined;
    if (base === undefined || rest.length === 0) return true;
    // A key that is missing is the mistake of whoever gave the mapping that lacks it.
    const place = isGiven(models, name, rest) ? rest : rest.slice(0, -1);
    return hasPath(models[name], place) || !said.has(JSON.stringify([['providers', base, ...rest], message]));
  });
}

/** Whether the model or one that it extends gives a key, in a chain of the bounded length. */
function isGiven(models: PlainObject, name: string, path: Path): boolean {
  let model: string | undefined = name;
  for (let place = 0; place < CHAIN_MAX && model !== undefined; place++) {
    if (hasPath(models[model], path)) return true;
    model = baseOf(models, model);
  }
  return false;
}
