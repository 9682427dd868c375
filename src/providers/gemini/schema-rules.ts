/** What the API demands of an OpenAPI-like schema beyond its fields' types. Sentences: those of the real API's errors. */
import type { Schema } from './messages/schema.js';
import { VIOLATIONS_MAX, violationsIn } from './violations.js';

/** The only form that the API takes a JSON Schema in. */
export function isSchemaObject(schema: unknown): boolean {
  return typeof schema === 'object' && schema !== null && !Array.isArray(schema);
}

export const NO_SCHEMA_OBJECT = 'schema must be a JSON object.';

/** Violations, each with its path: `….properties[tags].items: missing field.` */
export function schemaViolations(schema: Schema, path: string): string[] {
  const violations: string[] = [];
  visit(schema, path, violations);
  return violations;
}

function visit(schema: Schema, path: string, violations: string[]): void {
  if (violations.length >= VIOLATIONS_MAX) return;
  if (schema.type === 'ARRAY' && schema.items === undefined) violations.push(`${path}.items: missing field.`);
  if (schema.enum !== undefined) violations.push(...enumViolations(schema, path));
  const undefinedNames = violationsIn(schema.required ?? [], (name, index) =>
    schema.properties?.has(name) ? [] : [`${path}.required[${index}]: property is not defined`],
  );
  violations.push(...undefinedNames);
  for (const [name, property] of schema.properties ?? []) visit(property, `${path}.properties[${name}]`, violations);
  if (schema.items !== undefined) visit(schema.items, `${path}.items`, violations);
  schema.anyOf?.forEach((alternative, index) => {
    visit(alternative, `${path}.any_of[${index}]`, violations);
  });
}

function enumViolations({ enum: values = [], type = 'STRING' }: Schema, path: string): string[] {
  if (type !== 'STRING') return [`${path}.enum: only allowed for STRING type`];
  return violationsIn(values, (value, index) => (value === '' ? [`${path}.enum[${index}]: cannot be empty`] : []));
}
