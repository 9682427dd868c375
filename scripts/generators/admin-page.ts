/** docs/admin-api.md: the template's prose, and the operations as their own table describes them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeAccepted } from '../../src/config/validation.js';
import type { JsonSchema } from '../../src/kernel/json-schema.js';
import { packageRoot } from '../../src/kernel/package-root.js';
import { type AdminFailure, commonFailures } from '../../src/server/control/failures.js';
import { pathTemplate } from '../../src/server/control/index-operation.js';
import type { AdminOperation } from '../../src/server/control/operation.js';
import { describedOperations } from './admin-operations.js';
import type { Generator } from './contract.js';

const MARKER = '<!-- generated -->\n';
/** Replies are shown so deep; the rest is in the OpenAPI document. */
const REPLY_DEPTH = 2;

interface Field {
  readonly name: string;
  readonly schema: JsonSchema;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

/** What the schema of a value says apart from null. */
function bare(schema: JsonSchema): JsonSchema {
  const other = schema.anyOf?.find(({ type }) => type !== 'null');
  return other ?? schema;
}

/** The keys of an object, and of those below it, as `a.b` and `a[].b`. */
function fieldsOf(schema: JsonSchema, depth: number, prefix = ''): Field[] {
  return Object.entries(bare(schema).properties ?? {}).flatMap(([key, property]) => {
    const { items } = bare(property);
    const name = `${prefix}${key}`;
    const below =
      items === undefined ? fieldsOf(property, depth - 1, `${name}.`) : fieldsOf(items, depth - 1, `${name}[].`);
    return [{ name, schema: property }, ...(depth > 1 ? below : [])];
  });
}

function fieldTable(fields: readonly Field[]): string {
  const rows = fields.map(({ name, schema }) => [
    `\`${name}\``,
    shownType(schema),
    [schema.description ?? '', defaultOf(schema)].filter((text) => text !== '').join(' '),
  ]);
  return table(['Key', 'Value', ''], rows);
}

/** What a value may be, in a few words. */
function shownType(schema: JsonSchema): string {
  const inner = bare(schema);
  const nullable = inner !== schema || [inner.type].flat().includes('null') ? ' or null' : '';
  if ([inner.type].flat().includes('object')) return `object${nullable}`;
  if (inner.type === 'array') return `list of ${[inner.items?.type].flat().join(' or ')}s${nullable}`;
  const unit = inner['x-unit'] === undefined ? '' : ` (${inner['x-unit']})`;
  return `${describeAccepted(inner).replace(/ >= 0$/, '')}${inner === schema ? '' : nullable}${unit}`;
}

function defaultOf({ default: value }: JsonSchema): string {
  return value === undefined ? '' : `Default \`${JSON.stringify(value)}\`.`;
}

function failureTable(failures: readonly AdminFailure[]): string {
  return table(
    ['Status', 'Code', 'When'],
    failures.map(({ status, code, when }) => [String(status), `\`${code}\``, when]),
  );
}

function operationText(operation: AdminOperation): string {
  const {
    body,
    bodyOptional,
    description,
    failures = [],
    method,
    parameters = {},
    path,
    query,
    reply,
    summary,
  } = operation;
  const inPath = Object.entries(parameters).map(([name, text]) => `- \`{${name}}\`: ${text}`);
  const example = body?.examples?.[0] ?? reply.examples?.[0];
  return [
    `### \`${method} ${pathTemplate(path)}\``,
    `${summary}.${description === undefined ? '' : ` ${description}`}`,
    inPath.join('\n'),
    query === undefined ? '' : `Query:\n\n${fieldTable(fieldsOf({ properties: query }, 1))}`,
    body === undefined
      ? ''
      : `Body${bodyOptional ? ', which may be left out' : ''}:\n\n${fieldTable(fieldsOf(body, REPLY_DEPTH))}`,
    example === undefined ? '' : `\`\`\`json\n${JSON.stringify(example, null, 2)}\n\`\`\``,
    `Answer:\n\n${fieldTable(fieldsOf(reply, REPLY_DEPTH))}`,
    failures.length === 0 ? '' : `Refused:\n\n${failureTable(failures)}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

export const adminPage: Generator = () => {
  const operations = describedOperations();
  const template = readFileSync(join(packageRoot, 'scripts/generators/admin.template.md'), 'utf8');
  const index = table(
    ['Method', 'Path', ''],
    operations.map(({ method, path, summary }) => [method, `\`${pathTemplate(path)}\``, summary]),
  );
  const generated = [
    'Any operation may be refused with:',
    failureTable(commonFailures),
    '<!-- From here to Figures generated from src/server/control: npm run generate -->',
    '## Operations',
    index,
    ...operations.map(operationText),
  ].join('\n\n');
  return [{ path: 'docs/admin-api.md', content: template.replace(MARKER, () => `${generated}\n`) }];
};
