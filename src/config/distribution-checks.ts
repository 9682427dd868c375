/**
 * What a distribution says about its parameters, as findings. Of a mixture in which the schema found something wrong, the components that
 * are sound are checked on their own.
 */
import type { ParameterProblem } from '../latency/contract.js';
import { type Length, lengthProblems } from '../latency/lengths.js';
import { type DistributionParameters, distributionProblems } from '../latency/registry.js';
import { valueAt } from './plain-data.js';
import type { Finding, Path } from './problems.js';
import type { Sound } from './soundness.js';

/** Expects parameters that passed the schema where they are sound, and anything elsewhere. */
export function distributionFindings(path: Path, parameters: DistributionParameters, sound: Sound): Finding[] {
  return soundParts(path, parameters, sound).flatMap(([place, part]) =>
    findingsAbout(place, part, distributionProblems(part)),
  );
}

/**
 * Expects a length that passed the schema where it is sound, and anything elsewhere.
 * @param max the longest that there can be
 */
export function lengthFindings(path: Path, length: Length, max: number, sound: Sound): Finding[] {
  return soundParts(path, length, sound).flatMap(([place, part]) =>
    findingsAbout(place, part, lengthProblems(part, max)),
  );
}

/** What can be checked, with its place: the whole, or the components of a mixture. */
function soundParts<Whole>(path: Path, whole: Whole, sound: Sound): (readonly [Path, Whole])[] {
  if (sound(path)) return [[path, whole]];
  const components = valueAt(whole, ['components']);
  if (!Array.isArray(components)) return [];
  return components.flatMap((component, index) => {
    const place = [...path, 'components', String(index)];
    return sound(place) ? [[place, component as Whole] as const] : [];
  });
}

function findingsAbout(path: Path, parameters: unknown, problems: readonly ParameterProblem[]): Finding[] {
  return problems.map(({ path: below, message, related }) => {
    const value = valueAt(parameters, below);
    return {
      path: [...path, ...below],
      ...(value === undefined ? { part: 'key' } : { part: 'value', value }),
      message,
      ...(related === undefined ? {} : { related: [...path, ...related] }),
    };
  });
}
