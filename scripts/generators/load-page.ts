/** docs/load.md: the template's prose, and the plan's keys, patterns and presets as the sources have them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeAccepted } from '../../src/config/validation.js';
import type { JsonSchema } from '../../src/kernel/json-schema.js';
import { packageRoot } from '../../src/kernel/package-root.js';
import { arrivalPatterns } from '../../src/load/arrivals/registry.js';
import { presets } from '../../src/load/plan/presets.js';
import { planSchema } from '../../src/load/plan/schema.js';
import type { Generator } from './contract.js';

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

const code = (text: string): string => (text === '' ? '' : `\`${text}\``);

function accepted(schema: JsonSchema): string {
  if (schema.type === 'boolean') return 'true, false';
  if (schema.enum !== undefined) return schema.enum.map((choice) => code(String(choice))).join(', ');
  if (schema.if !== undefined) {
    const kind =
      schema['x-unit'] === 'tokens'
        ? '[length](configuration.md#lengths-in-tokens)'
        : 'number or [distribution](configuration.md#latency-distributions)';
    return `${kind}, up to ${schema.maximum}`;
  }
  if (schema.items?.discriminator !== undefined) return 'a list of [stages](#patterns)';
  return describeAccepted(schema);
}

function shown(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  return `{${Object.entries(value)
    .map(([key, item]) => `${key}: ${typeof item === 'string' ? item : shown(item)}`)
    .join(', ')}}`;
}

function keyRows(schema: JsonSchema, path: string): string[][] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
    const keyPath = path === '' ? key : `${path}.${key}`;
    if (property.properties !== undefined) return keyRows(property, keyPath);
    const named = property.additionalProperties;
    const fallback =
      schema.required?.includes(key) === true ? 'required' : code('default' in property ? shown(property.default) : '');
    const row = [code(keyPath), fallback, accepted(property), property['x-unit'] ?? '', property.description ?? ''];
    return [
      row,
      ...(typeof named === 'object' && named.properties !== undefined ? keyRows(named, `${keyPath}.<name>`) : []),
    ];
  });
}

function patternRows(): string[][] {
  return arrivalPatterns.flatMap(({ name, schema }: { name: string; schema: JsonSchema }) =>
    Object.entries(schema.properties ?? {})
      .filter(([key]) => key !== 'pattern')
      .map(([key, property]) => {
        const fallback =
          schema.required?.includes(key) === true
            ? 'required'
            : code('default' in property ? shown(property.default) : '');
        return [
          code(name),
          code(key),
          fallback,
          accepted(property),
          property['x-unit'] ?? '',
          property.description ?? '',
        ];
      }),
  );
}

const PARTS: { readonly [marker: string]: () => string } = {
  keys: () => table(['Key', 'Default', 'Accepts', 'Unit', 'Meaning'], keyRows(planSchema, '')),
  patterns: () =>
    table(
      ['Pattern', 'Arrivals'],
      arrivalPatterns.map(({ name, schema }) => [code(name), schema.description]),
    ),
  parameters: () => table(['Pattern', 'Parameter', 'Default', 'Accepts', 'Unit', 'Meaning'], patternRows()),
  presets: () =>
    table(
      ['Preset', 'What it sends'],
      presets.map(({ name, description }) => [code(name), description]),
    ),
};

export const loadPage: Generator = () => {
  const template = readFileSync(join(packageRoot, 'scripts/generators/load.template.md'), 'utf8');
  const content = template.replace(/<!-- (\w+) -->/g, (marker, name: string) => PARTS[name]?.() ?? marker);
  return [{ path: 'docs/load.md', content }];
};
