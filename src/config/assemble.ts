/** From layers to one configuration: merged, models put on their bases, completed with defaults and checked as a whole. */
import { crossFindings } from './cross-checks.js';
import { type Layer, problemFrom } from './layers.js';
import { merge, withDefaults } from './merge.js';
import { withBases, withoutInherited } from './model-bases.js';
import { isPlainObject, valueAt } from './plain-data.js';
import type { ConfigurationProblem, Finding, Origin } from './problems.js';
import { type Configuration, configurationSchema } from './schema/configuration.js';
import { schemaFindings } from './validation.js';

/** Places in one file in the order of its text; others as they are. */
export function byPosition(left: Origin, right: Origin): number {
  if (left.kind !== 'file' || right.kind !== 'file' || left.file !== right.file) return 0;
  return left.line - right.line || left.column - right.column;
}

/**
 * Layers are given from low to high, at least one. When there are problems, the configuration may have any shape and must
 * not be used.
 */
export function assemble(layers: readonly Layer[]): { configuration: Configuration; problems: ConfigurationProblem[] } {
  const merged = layers.reduce<unknown>((lower, layer) => merge(lower, layer.value, configurationSchema), {});
  const given = valueAt(merged, ['providers']);
  const { models, findings: baseFindings } = withBases(given);
  const based = isPlainObject(merged) && given !== undefined ? { ...merged, providers: models } : merged;
  // Sound to the type only when there are no findings.
  const configuration = withDefaults(configurationSchema, based) as Configuration;
  const findings: Finding[] = [...schemaFindings(configuration), ...baseFindings];
  findings.push(...crossFindings(configuration, findings));
  const problems = withoutInherited(findings, given).map((finding) => problemFrom(finding, layers));
  return { configuration, problems: problems.sort((left, right) => byPosition(left.origin, right.origin)) };
}
