/** docs/faults.md: the template's prose, and the kinds of faults and patterns as the registries have them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeAccepted } from '../../src/config/validation.js';
import type { FaultKind } from '../../src/faults/contract.js';
import { faultOf } from '../../src/faults/fault.js';
import { patterns } from '../../src/faults/patterns/registry.js';
import { faultKinds } from '../../src/faults/registry.js';
import type { JsonSchema } from '../../src/kernel/json-schema.js';
import { packageRoot } from '../../src/kernel/package-root.js';
import type { Generator } from './contract.js';

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

const code = (text: string): string => (text === '' ? '' : `\`${text}\``);

function accepted(schema: JsonSchema): string {
  if (schema.type === 'boolean') return 'true, false';
  if (schema.enum !== undefined) return schema.enum.map((choice) => code(String(choice))).join(', ');
  return describeAccepted(schema).replace(/^(an integer|a number|a string) ?/, '');
}

function parameterRow(owner: string, name: string, schema: JsonSchema, required: boolean): string[] {
  const fallback = required ? 'required' : code('default' in schema ? String(schema.default) : '');
  return [code(owner), code(name), fallback, accepted(schema), schema['x-unit'] ?? '', schema.description ?? ''];
}

const parameterHead = ['Parameter', 'Default', 'Accepts', 'Unit', 'Meaning'];

/** For which values of a parameter the fault needs a transport that can reset or cut short: those of uws cannot. */
function transportsOf(kind: FaultKind): string {
  if (kind.stage !== 'stream' || kind.needs === undefined) return 'all';
  const { parameters } = faultOf(kind.name);
  const { needs } = kind;
  const demands = (changed: object) => needs({ ...parameters, ...changed } as never).length > 0;
  const values = Object.entries(kind.schema.properties ?? {}).flatMap(([name, { enum: choices = [] }]) =>
    choices.filter((choice) => demands({ [name]: choice })).map((choice) => `${name}: ${String(choice)}`),
  );
  const choices = Object.values(kind.schema.properties ?? {}).flatMap(({ enum: own = [] }) => own);
  if (values.length === choices.length) return demands({}) ? '`node`' : 'all';
  return `all; \`node\` for ${values.map(code).join(', ')}`;
}

function kindTable(stage: FaultKind['stage']): string {
  const rows = faultKinds
    .filter((kind) => kind.stage === stage)
    .map((kind) => [code(kind.name), kind.summary, kind.breaks ? 'yes' : 'no', transportsOf(kind)]);
  return table(['Fault', 'What the client gets', 'Breaks the reply', 'Transports'], rows);
}

function parameterTable(stage: FaultKind['stage']): string {
  const rows = faultKinds
    .filter((kind) => kind.stage === stage)
    .flatMap(({ name, schema }) =>
      Object.entries(schema.properties ?? {}).map(([key, property]) => parameterRow(name, key, property, false)),
    );
  return table(['Fault', ...parameterHead], rows);
}

function patternTable(): string {
  const rows = patterns.map(({ name, schema }) => [code(name), schema.description]);
  return table(['Pattern', 'Which requests'], rows);
}

function patternParameters(): string {
  const rows = patterns.flatMap(({ name, schema }: { name: string; schema: JsonSchema }) =>
    Object.entries(schema.properties ?? {})
      .filter(([key]) => key !== 'kind')
      .map(([key, property]) => parameterRow(name, key, property, schema.required?.includes(key) === true)),
  );
  return table(['Pattern', ...parameterHead], rows);
}

const PARTS: { readonly [marker: string]: () => string } = {
  'kinds before': () => kindTable('before'),
  'parameters before': () => parameterTable('before'),
  'kinds content': () => kindTable('content'),
  'parameters content': () => parameterTable('content'),
  'kinds stream': () => kindTable('stream'),
  'parameters stream': () => parameterTable('stream'),
  patterns: patternTable,
  'pattern parameters': patternParameters,
};

export const faultsPage: Generator = () => {
  const template = readFileSync(join(packageRoot, 'scripts/generators/faults.template.md'), 'utf8');
  const content = template.replace(/<!-- ([a-z ]+) -->/g, (marker, name: string) => PARTS[name]?.() ?? marker);
  return [{ path: 'docs/faults.md', content }];
};
