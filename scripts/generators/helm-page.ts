/** docs/how-to/helm.md: the template's prose, and a table of every value for each group of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonSchema } from '../../src/kernel/json-schema.js';
import { packageRoot } from '../../src/kernel/package-root.js';
import { type ValueGroup, valueGroups } from '../helm/values.js';
import type { Generator } from './contract.js';

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function typeOf({ enum: choices, title, type }: JsonSchema): string {
  if (choices !== undefined) return choices.map((choice) => `\`${choice}\``).join(', ');
  return title ?? [type ?? ''].flat().join(' or ');
}

function valueRows(key: string, schema: JsonSchema): string[] {
  if (schema.properties !== undefined) {
    const nested = Object.entries(schema.properties).flatMap(([name, value]) => valueRows(`${key}.${name}`, value));
    return [row([`\`${key}\``, '', '', schema.description ?? '']), ...nested];
  }
  const fallback = JSON.stringify(schema.default);
  return [row([`\`${key}\``, typeOf(schema), fallback === '""' ? '' : `\`${fallback}\``, schema.description ?? ''])];
}

function groupText({ title, values }: ValueGroup): string {
  const rows = Object.entries(values).flatMap(([key, schema]) => valueRows(key, schema));
  return [`### ${title}`, '', row(['Value', 'Type', 'Default', 'Meaning']), '|---|---|---|---|', ...rows].join('\n');
}

export const helmPage: Generator = () => {
  const template = readFileSync(join(packageRoot, 'scripts/generators/helm.template.md'), 'utf8');
  const tables = valueGroups.map(groupText).join('\n\n');
  return [{ path: 'docs/how-to/helm.md', content: template.replace('<!-- values -->', () => tables) }];
};
