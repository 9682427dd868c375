/**
 * What no schema can say about the `rate_limits` section: tiers that do not exist, API keys that are listed twice or that no request can
 * carry, limits that no model or no request can reach.
 */
import { matchesGlob } from '../kernel/text-pattern.js';
import { isPlainObject } from './plain-data.js';
import type { Finding, Path } from './problems.js';
import type { Configuration } from './schema/configuration.js';
import type { Sound } from './soundness.js';
import { suggestChoice } from './suggestions.js';

type RateLimits = Configuration['rate_limits'];
type ModelLimits = RateLimits['tiers'][string]['limits'][number];

const rootPath: Path = ['rate_limits'];

/** As crossFindings: what was found wrong may have any shape. */
export function rateLimitFindings(configuration: Configuration, sound: Sound): Finding[] {
  const { rate_limits: limits } = configuration;
  if (!isPlainObject(limits)) return [];
  return [
    ...tierNameFindings(limits, sound),
    ...keyFindings(configuration, sound),
    ...(isPlainObject(limits.tiers) ? Object.entries(limits.tiers) : []).flatMap(([name, tier]) => {
      const path = [...rootPath, 'tiers', name, 'limits'];
      return isPlainObject(tier) && Array.isArray(tier.limits)
        ? limitFindings(path, tier.limits, configuration, sound)
        : [];
    }),
    ...uselessFindings(limits, sound),
  ];
}

/** Every place that names a tier names one that exists. */
function tierNameFindings({ tiers, keys, default_tier: defaultTier }: RateLimits, sound: Sound): Finding[] {
  if (!isPlainObject(tiers)) return [];
  const names = Object.keys(tiers);
  const listed = Array.isArray(keys) ? keys : [];
  const uses: (readonly [path: Path, tier: unknown])[] = [
    [[...rootPath, 'default_tier'], defaultTier],
    ...listed.map((key, index) => [[...rootPath, 'keys', String(index), 'tier'], key?.tier] as const),
  ];
  return uses.flatMap(([path, tier]): Finding[] => {
    if (typeof tier !== 'string' || !sound(path) || Object.hasOwn(tiers, tier)) return [];
    const message = 'must be the name of a tier in rate_limits.tiers';
    return [{ path, part: 'value', value: tier, message, suggestion: suggestChoice(tier, names) }];
  });
}

/** The keys themselves stay out of the messages. */
function keyFindings({ rate_limits: { keys }, server }: Configuration, sound: Sound): Finding[] {
  if (!Array.isArray(keys)) return [];
  const related = ['server', 'api_keys'];
  const accepted = sound(related) && server.api_keys.length > 0 ? new Set(server.api_keys) : undefined;
  const seenAt = new Map<string, number>();
  return keys.flatMap((entry, index): Finding[] => {
    const path = [...rootPath, 'keys', String(index), 'api_key'];
    if (!sound(path)) return [];
    const { api_key: key } = entry;
    const first = seenAt.get(key);
    if (first !== undefined) return [{ path, part: 'value', message: `is the same key as rate_limits.keys[${first}]` }];
    seenAt.set(key, index);
    if (accepted === undefined || accepted.has(key)) return [];
    return [{ path, part: 'value', message: 'must be one of server.api_keys, which alone are accepted', related }];
  });
}

function limitFindings(
  path: Path,
  limits: readonly ModelLimits[],
  configuration: Configuration,
  sound: Sound,
): Finding[] {
  const names = isPlainObject(configuration.providers) ? Object.keys(configuration.providers) : [];
  const acceptsUnknown =
    !sound(['simulation', 'unknown_models']) || configuration.simulation.unknown_models === 'accept';
  const groupAt = new Map<string, number>();
  const taken = new Set<string>();
  return limits.flatMap((entry, index): Finding[] => {
    const below = [...path, String(index)];
    if (!sound(below)) return [];
    const findings = entry.models.flatMap((glob, at) =>
      globFindings([...below, 'models', String(at)], glob, { names, taken, acceptsUnknown }),
    );
    for (const name of names) if (entry.models.some((glob) => matchesGlob(glob, name))) taken.add(name);
    if (!Object.keys(entry).some((key) => key !== 'models' && key !== 'group')) {
      findings.push({
        path: below,
        part: 'value',
        message: 'must have at least one limit, such as requests_per_minute',
      });
    }
    const first = entry.group === undefined ? undefined : groupAt.get(entry.group);
    if (first !== undefined) {
      const message = `is the group of entry ${first} already`;
      findings.push({ path: [...below, 'group'], part: 'value', value: entry.group, message });
    } else if (entry.group !== undefined) groupAt.set(entry.group, index);
    return findings;
  });
}

interface Names {
  readonly names: readonly string[];
  /** Those that an earlier entry names. */
  readonly taken: ReadonlySet<string>;
  readonly acceptsUnknown: boolean;
}

/** A glob that names no model, or only models that an earlier entry names, would never have an effect. */
function globFindings(path: Path, glob: string, { names, taken, acceptsUnknown }: Names): Finding[] {
  if (acceptsUnknown) return [];
  const matched = names.filter((name) => matchesGlob(glob, name));
  if (matched.length === 0) {
    const message = 'must match the name of a configured model';
    return [{ path, part: 'value', value: glob, message, suggestion: suggestChoice(glob, names) }];
  }
  if (!matched.every((name) => taken.has(name))) return [];
  const message = 'has no effect: an earlier entry of the tier names every model that it matches';
  return [{ path, part: 'value', value: glob, message }];
}

/** Limits that are on and hold for nobody. */
function uselessFindings({ enabled, keys, default_tier: defaultTier }: RateLimits, sound: Sound): Finding[] {
  const path = [...rootPath, 'enabled'];
  const listsNone = sound([...rootPath, 'keys']) && keys.length === 0;
  if (!sound(path) || !enabled || !listsNone || !sound([...rootPath, 'default_tier']) || defaultTier !== null)
    return [];
  const message = 'needs rate_limits.default_tier or rate_limits.keys, without which no request has a limit';
  return [{ path, part: 'value', value: enabled, message }];
}
