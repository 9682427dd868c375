/** values.yaml: every value with its default, and its description as a comment. */

import { stringify } from 'yaml';
import type { JsonSchema } from '../../src/kernel/json-schema.js';
import { comment } from '../generators/yaml-comment.js';
import type { ValueGroup } from './values.js';

/** Strings are quoted throughout: Helm reads YAML 1.1, to which a bare `off` is false. */
function block(key: string, value: unknown, indent: string): string[] {
  const text = stringify(
    { [key]: value },
    { lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' },
  );
  return text
    .trimEnd()
    .split('\n')
    .map((line) => indent + line);
}

function valueLines(key: string, schema: JsonSchema, indent: string): string[] {
  const { description = '', enum: choices } = schema;
  if (schema.properties !== undefined) {
    const nested = Object.entries(schema.properties).flatMap(([name, value]) => valueLines(name, value, `${indent}  `));
    return ['', ...comment(description, indent), `${indent}${key}:`, ...nested];
  }
  const text = choices === undefined ? description : `${description} One of: ${choices.join(', ')}.`;
  return [...comment(text, indent), ...block(key, schema.default, indent)];
}

const head = `# Values of the chart, with their defaults. values.schema.json checks what is given in their place; a misspelt key is refused.
# Generated from scripts/helm by \`npm run generate\`: do not edit.`;

export function valuesFile(groups: readonly ValueGroup[]): string {
  const lines = groups.flatMap(({ title, values }) => [
    '',
    `# ${title}`,
    ...Object.entries(values).flatMap(([key, schema]) => ['', ...valueLines(key, schema, '')]),
  ]);
  return `${head}\n${lines.join('\n').replace(/\n{3,}/g, '\n\n')}\n`;
}
