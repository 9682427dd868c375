/**
 * The providers' published schemas as assertions. Objects are closed unless a schema says itself that it takes more: a property that it does
 * not know is a violation. Documented properties that a schema lacks are added where the schemas are made (scripts/extract-*-schemas.ts).
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { closeSchema, type Schema } from './closed-schema.js';
import { Explainer } from './explanation.js';

export type SchemaProvider = 'openai' | 'anthropic' | 'gemini';

/** Seconds since 1970 that a program of our time may see: 2001 to 2286. A time in milliseconds is not one. */
const UNIX_TIME = { type: 'number', validate: (value: number) => value >= 1e9 && value < 1e10 } as const;
const PROBLEMS_SHOWN_MAX = 20;
const VALUE_SHOWN_LENGTH = 2_000;

const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });
addFormats.default(ajv);
ajv.addFormat('unixtime', UNIX_TIME);

const explainers = new Map<SchemaProvider, Explainer>();

/**
 * Fails with every violation, each with its path, when the value is not what the provider's schema says.
 * @param schemaName a definition's name in test/schemas/<provider>.json
 */
export function assertValid(provider: SchemaProvider, schemaName: string, value: unknown): void {
  const problems = schemaProblems(provider, schemaName, value);
  if (problems.length === 0) return;
  const lines = problems.slice(0, PROBLEMS_SHOWN_MAX).map((problem) => `  ${problem}`);
  const rest = problems.length > PROBLEMS_SHOWN_MAX ? [`  and ${problems.length - PROBLEMS_SHOWN_MAX} more`] : [];
  const shown = JSON.stringify(value)?.slice(0, VALUE_SHOWN_LENGTH);
  assert.fail([`not a ${schemaName} of ${provider}:`, ...lines, ...rest, shown].join('\n'));
}

/** What is wrong with the value, one line a problem; empty when it is valid. */
export function schemaProblems(provider: SchemaProvider, schemaName: string, value: unknown): string[] {
  const explainer = explainers.get(provider) ?? load(provider);
  const validate = ajv.getSchema(`${provider}#/$defs/${encodeURIComponent(schemaName)}`) as
    | ValidateFunction
    | undefined;
  assert.ok(validate !== undefined, `test/schemas/${provider}.json has no definition ${schemaName}`);
  if (validate(value)) return [];
  const problems = explainer.explain(schemaName, value);
  return problems.length > 0 ? problems : [ajv.errorsText(validate.errors)];
}

export function hasSchema(provider: SchemaProvider, schemaName: string): boolean {
  return Object.hasOwn(read(provider).$defs as object, schemaName);
}

function read(provider: SchemaProvider): Schema {
  return JSON.parse(readFileSync(new URL(`${provider}.json`, import.meta.url), 'utf8'));
}

function load(provider: SchemaProvider): Explainer {
  const closed = closeSchema(read(provider));
  ajv.addSchema(closed);
  const explainer = new Explainer(ajv, closed.$defs as { [name: string]: Schema });
  explainers.set(provider, explainer);
  return explainer;
}
