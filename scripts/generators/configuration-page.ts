/** docs/configuration.md: the template's prose, then one table per section, the distributions and the model catalogue. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { variableOf } from '../../src/config/environment.js';
import { loadConfiguration } from '../../src/config/loader.js';
import { configurationSchema } from '../../src/config/schema/configuration.js';
import { createSnapshot, type ModelEntry } from '../../src/config/snapshot.js';
import { describeAccepted } from '../../src/config/validation.js';
import { generators } from '../../src/content/registry.js';
import type { JsonSchema } from '../../src/kernel/json-schema.js';
import { packageRoot } from '../../src/kernel/package-root.js';
import { type Length, lengthDistributions } from '../../src/latency/lengths.js';
import { type DistributionParameters, distributions } from '../../src/latency/registry.js';
import type { Generator } from './contract.js';

const marker = '<!-- generated -->\n';

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

function code(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}

function typeOf(schema: JsonSchema): string {
  if (schema.discriminator?.propertyName === 'kind') return '[pattern](faults.md#patterns)';
  if (schema.discriminator !== undefined) return '[distribution](#latency-distributions)';
  if (isLength(schema)) return '[length](#lengths-in-tokens)';
  if (schema.const !== undefined) return 'string';
  return [schema.type ?? ''].flat().join(' or ');
}

/** A number of tokens, in any of the forms that one may have: see src/latency/lengths.ts. */
function isLength(schema: JsonSchema): boolean {
  return schema.if !== undefined && schema['x-unit'] === 'tokens';
}

/** What is accepted beyond the type: the range, the choices, the length. */
function rangeOf(schema: JsonSchema): string {
  if (schema.discriminator !== undefined || schema.type === 'boolean') return '';
  if (isLength(schema)) return `up to ${schema.maximum}`;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((choice) => code(String(choice))).join(', ');
  return describeAccepted(schema).replace(/^(an integer|a number|a string) ?/, '');
}

/** Distributions are shown as in YAML's flow style. */
function shownValue(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  if (Array.isArray(value))
    return value.some(isObject) ? `[${value.map(shownValue).join(', ')}]` : JSON.stringify(value);
  const entries = Object.entries(value).map(
    ([key, item]) => `${key}: ${typeof item === 'string' ? item : shownValue(item)}`,
  );
  return `{${entries.join(', ')}}`;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function keyRows(schema: JsonSchema, path: readonly string[]): string[][] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
    const keyPath = [...path, key];
    // A number that may be a mapping is a key of its own.
    if (property.properties !== undefined && property.type === 'object') return keyRows(property, keyPath);
    const fallback = 'default' in property ? shownValue(property.default) : '';
    const row = [
      code(keyPath.slice(1).join('.')),
      typeOf(property),
      code(fallback),
      rangeOf(property),
      property['x-unit'] ?? '',
      meaningOf(property),
      isInList(keyPath) ? '' : code(variableOf(keyPath)),
    ];
    const items = property.items?.properties === undefined ? [] : keyRows(property.items, [...path, `${key}[]`]);
    const named = property.additionalProperties;
    return [row, ...items, ...(typeof named === 'object' ? keyRows(named, [...keyPath, '<name>']) : [])];
  });
}

function meaningOf(schema: JsonSchema): string {
  const description = schema.description ?? '';
  return schema['x-restart'] === true ? `${description} Needs a restart.` : description;
}

/** A variable sets a list as a whole. */
function isInList(path: readonly string[]): boolean {
  return path.some((segment) => segment.endsWith('[]'));
}

const keyHead = ['Key', 'Type', 'Default', 'Range', 'Unit', 'Meaning', 'Environment variable'];

function sectionTexts(): string[] {
  return Object.entries(configurationSchema.properties).map(([name, section]: [string, JsonSchema]) => {
    const models = typeof section.additionalProperties === 'object' ? section.additionalProperties : undefined;
    const rows =
      models === undefined
        ? keyRows(section, [name])
        : keyRows(models, [name, name === 'scenarios' ? '<scenario>' : '<model>']);
    return `## \`${name}\`\n\n${section.description}\n\n${table(keyHead, rows)}`;
  });
}

/** The parameters of a distribution, those of its lists' entries below them. */
function parameterRows(schema: JsonSchema, prefix: string): string[][] {
  return Object.entries(schema.properties ?? {})
    .filter(([key]) => key !== 'distribution')
    .flatMap(([key, property]) => {
      const row = [
        code(prefix + key),
        schema.required?.includes(key) ? 'yes' : '',
        lengthOf(property) || rangeOf(property),
        property['x-unit'] ?? '',
        property.description ?? '',
      ];
      const items = property.items === undefined ? [] : parameterRows(property.items, `${prefix}${key}[].`);
      return [row, ...items, ...parameterRows(property, `${prefix}${key}.`)];
    });
}

function lengthOf({ type, minItems = 0, maxItems }: JsonSchema): string {
  return type === 'array' ? `a list of ${minItems} to ${maxItems}` : '';
}

function distributionTexts(): string {
  const texts = distributions.map(({ name, schema }: { name: string; schema: JsonSchema }) => {
    const rows = parameterRows(schema, '');
    const examples = (schema.examples ?? []).map((example) => `ttft: ${shownValue(example)}`).join('\n');
    const parameters = table(['Parameter', 'Required', 'Range', 'Unit', 'Meaning'], rows);
    return `### \`${name}\`\n\n${schema.description}\n\n${parameters}\n\n\`\`\`yaml\n${examples}\n\`\`\``;
  });
  const intro =
    'The `distribution` key selects one; formulas and sources stand in `src/latency/distributions/`. Most can be given by percentiles ' +
    'instead of their own parameters: `p50_ms` with `p95_ms`, `p99_ms` or both. Two percentiles are met exactly (`exponential` has one ' +
    'parameter and meets `p50_ms` alone); three are met exactly by `log_normal` and as nearly as the family can by the others. Draws are ' +
    'truncated, not clamped, to `min_ms` and `max_ms`, and percentiles and means are those before truncation. `llm-simulator validate` ' +
    'lists every percentile that the draws do not have, and by how much they differ.';
  return `## Latency distributions\n\n${intro}\n\n${texts.join('\n\n')}`;
}

function lengthText(): string {
  const examples = [
    'output_tokens: 300',
    'output_tokens: { p50: 220, p95: 800 }',
    ...lengthDistributions.map(({ schema }) => `output_tokens: ${shownValue(schema.examples?.[0])}`),
  ];
  const intro =
    'A number of tokens is an integer, `{p50, p95}` (log-normal through both), or any of the distributions above with tokens in the place ' +
    'of milliseconds: parameters that end in `_ms` end in `_tokens`. Draws are rounded and at least 1.';
  return `## Lengths in tokens\n\n${intro}\n\n\`\`\`yaml\n${examples.join('\n')}\n\`\`\``;
}

function generatorText(): string {
  const rows = generators.map(({ name, description }) => [code(name), description]);
  const intro = '`replies.generator` selects one; see [content](content.md).';
  return `## Generators of replies\n\n${intro}\n\n${table(['Generator', 'What a reply says'], rows)}`;
}

function shownDelay(parameters: DistributionParameters): string {
  const { distribution, ...rest } = parameters;
  const values = Object.entries(rest).map(([key, value]) => `${key.replace(/_ms$/, '')} ${shownValue(value)}`);
  return `${distribution}, ${values.join(', ')}`;
}

function shownLength(length: Length): string {
  return typeof length === 'number' ? String(length) : shownValue(length).slice(1, -1);
}

function modelRow(model: ModelEntry): string[] {
  const generates = model.kind === 'chat' || model.kind === 'completion';
  return [
    code(model.name),
    model.dialect,
    model.kind,
    String(model.context_window_tokens),
    generates ? String(model.max_output_tokens) : '',
    shownDelay(model.latency.ttft as DistributionParameters),
    generates ? shownDelay(model.latency.itl as DistributionParameters) : '',
    generates ? shownLength(model.latency.tokens_per_chunk) : '',
    String(model.latency.prefill_tokens_per_sec ?? ''),
    model.latency.source,
  ];
}

function catalogueText(): string {
  const { models } = createSnapshot(loadConfiguration({ environment: {} }), 1, 0);
  const head = [
    ...['Model', 'Dialect', 'Kind', 'Context', 'Output', 'TTFT (ms)', 'ITL (ms)'],
    ...['Tokens per chunk', 'Prefill (tokens/s)', 'Source of the latency'],
  ];
  return `## The default catalogue\n\nFrom \`config/profiles/\`; context and output in tokens. The entries there that are not enabled serve nothing: others extend them.\n\n${table(head, models.map(modelRow))}`;
}

export const configurationPage: Generator = () => {
  const template = readFileSync(join(packageRoot, 'scripts/generators/configuration.template.md'), 'utf8');
  const note =
    '<!-- From here on generated from src/config/schema, src/content, src/latency and config/profiles: npm run generate -->';
  const generated = [note, ...sectionTexts(), generatorText(), distributionTexts(), lengthText(), catalogueText()].join(
    '\n\n',
  );
  return [{ path: 'docs/configuration.md', content: template.replace(marker, () => `${generated}\n`) }];
};
