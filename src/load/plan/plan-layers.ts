/**
 * The layers of a plan, from low to high: a preset, the file, the command line. They merge as the layers of a configuration do, but for two
 * things of which a higher layer says all or nothing: what is sent (`mix`), and how it comes (`arrivals` or `closed_loop`).
 */
import { readFileSync, statSync } from 'node:fs';
import { reasonOf } from '../../config/file-reasons.js';
import type { Layer } from '../../config/layers.js';
import { merge } from '../../config/merge.js';
import { isPlainObject, type PlainObject } from '../../config/plain-data.js';
import { ConfigurationFailure, type ConfigurationProblem } from '../../config/problems.js';
import { suggestChoice } from '../../config/suggestions.js';
import { textCharsMax, yamlLayer } from '../../config/yaml-layer.js';
import { Failure } from '../../kernel/failure.js';
import { presets } from './presets.js';
import { planSchema } from './schema.js';

/** @throws Failure USAGE_INVALID */
export function presetLayer(name: string): Layer {
  const preset = presets.find((candidate) => candidate.name === name);
  if (preset === undefined) {
    const names = presets.map((candidate) => candidate.name);
    const suggestion = suggestChoice(name, names);
    throw new Failure(
      'USAGE_INVALID',
      `there is no preset "${name}"${suggestion === undefined ? '' : `: ${suggestion}`}`,
      {
        hint: `The presets are ${names.join(', ')}.`,
      },
    );
  }
  return { value: structuredClone(preset.plan), originOf: () => ({ kind: 'whole_file', file: `preset ${name}` }) };
}

/**
 * The plan file, with its problems as YAML.
 * @throws ConfigurationFailure CONFIG_UNREADABLE
 */
export function planFileLayer(file: string, problems: ConfigurationProblem[]): Layer {
  return yamlLayer(file, readText(file), problems);
}

function readText(file: string): string {
  try {
    const { size } = statSync(file);
    if (size <= textCharsMax) return readFileSync(file, 'utf8');
    throw unreadable(file, `is larger than ${textCharsMax} bytes (got ${size})`);
  } catch (error) {
    throw error instanceof ConfigurationFailure ? error : unreadable(file, reasonOf(error));
  }
}

function unreadable(file: string, message: string): ConfigurationFailure {
  const problem = { path: '', message, origin: { kind: 'whole_file', file } } as const;
  return new ConfigurationFailure('CONFIG_UNREADABLE', [problem], 'Check the path and its permissions.');
}

/**
 * The layers as one document; what does not fit the schema stays as it is.
 * @param changes layers that change what is there and replace nothing as a whole
 */
export function mergedLayers(layers: readonly Layer[], changes: readonly Layer[]): unknown {
  const replaced = layers.reduce<unknown>(
    (lower, { value }) => merge(withoutReplaced(lower, value), value, planSchema),
    {},
  );
  return changes.reduce<unknown>((lower, { value }) => merge(lower, value, planSchema), replaced);
}

function withoutReplaced(lower: unknown, upper: unknown): unknown {
  if (!isPlainObject(lower) || !isPlainObject(upper)) return lower;
  const kept: PlainObject = { ...lower };
  if (says(upper, 'mix')) delete kept.mix;
  if (says(upper, 'arrivals')) delete kept.closed_loop;
  if (says(upper, 'closed_loop')) delete kept.arrivals;
  return kept;
}

/** A key whose value is all commented out reads as null, and says nothing. */
function says(layer: PlainObject, key: string): boolean {
  return Object.hasOwn(layer, key) && layer[key] !== null;
}
