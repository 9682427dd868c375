/**
 * The layers of a configuration. A layer is a partial configuration that knows where each of its values came from, so that a
 * problem found in the merged whole can be traced to the line, variable or flag that caused it.
 */
import { hasPath, type PlainObject, valueAt } from './plain-data.js';
import { type ConfigurationProblem, type Finding, formatPath, type Origin, type Path } from './problems.js';
import { HIDDEN, mayHoldSecrets, shownPath } from './schema/marks.js';

export interface Layer {
  readonly value: unknown;
  /** Where the key at the path, or its value, stands; expects a path that the value has. */
  originOf(path: Path, part: 'key' | 'value'): Origin;
}

/** A layer that says one thing: the value at the path. */
export function singleValueLayer(path: Path, value: unknown, origin: Origin): Layer {
  const nested = path.reduceRight<unknown>((inner, segment): PlainObject => ({ [segment]: inner }), value);
  return { value: nested, originOf: () => origin };
}

/** The index of the highest layer that has the path, or -1. */
function highest(layers: readonly Layer[], path: Path): number {
  return layers.findLastIndex((layer) => hasPath(layer.value, path));
}

/**
 * The layer to blame for a value: usually the highest that has the path. A scalar where a section belongs survives the merge
 * with a section above it, so the value has to agree too.
 */
function culprit(layers: readonly Layer[], { path, value }: Finding): number {
  const same = layers.findLastIndex((layer) => hasPath(layer.value, path) && valueAt(layer.value, path) === value);
  return same >= 0 ? same : highest(layers, path);
}

/** The origin of the highest layer that has the path, or the nearest of its ancestors. Expects at least one layer. */
function originIn(layers: readonly Layer[], path: Path, part: 'key' | 'value'): Origin {
  const index = highest(layers, path);
  if (index >= 0) return layers[index]!.originOf(path, part);
  return originIn(layers, path.slice(0, -1), 'key');
}

/** Turns a finding about the merged configuration into a problem with an origin; layers are given from low to high. */
export function problemFrom(finding: Finding, layers: readonly Layer[]): ConfigurationProblem {
  const { path, part, related, message, suggestion } = finding;
  const index = culprit(layers, finding);
  const byRelated = related !== undefined && highest(layers, related) > index;
  return {
    path: formatPath(shownPath(path)),
    ...('value' in finding ? { value: mayHoldSecrets(path) ? HIDDEN : finding.value } : {}),
    message,
    origin: byRelated
      ? originIn(layers, related, 'value')
      : originIn(index < 0 ? layers : layers.slice(0, index + 1), path, part),
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}
