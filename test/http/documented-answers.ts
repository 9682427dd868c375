/**
 * docs/openapi.json as tests hold real answers against it. What fails: an answer that its schema does not let pass, a status that the document
 * does not have, and the schema `{}`, which would let anything pass.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { JsonSchema } from '../../src/kernel/json-schema.js';
import { packageRoot } from '../../src/kernel/package-root.js';

interface Operation {
  readonly responses: {
    readonly [status: string]: { readonly content?: { readonly [type: string]: { readonly schema: JsonSchema } } };
  };
}

interface Document {
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } };
  readonly components: object;
}

const { paths, components } = JSON.parse(readFileSync(join(packageRoot, 'docs/openapi.json'), 'utf8')) as Document;
const compiled = new Map<JsonSchema, ValidateFunction>();

/** The methods, in capitals, and paths of all operations under the prefix: "GET /admin/stats". */
export function documentedOperations(prefix: string): string[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    path.startsWith(prefix) ? Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`) : [],
  );
}

/** @param operation its method and path, as the document has them */
export function documentedSchema(operation: string, status: number): JsonSchema {
  const [method, path] = operation.split(' ');
  const schema = paths[path]?.[method.toLowerCase()]?.responses[status]?.content?.['application/json']?.schema;
  assert.ok(schema !== undefined && Object.keys(schema).length > 0, `${operation} does not document ${status}`);
  return schema;
}

export function assertDocumented(operation: string, status: number, answer: unknown): void {
  const schema = documentedSchema(operation, status);
  const validate = compiled.get(schema) ?? new Ajv2020({ strict: false }).compile({ ...schema, components });
  compiled.set(schema, validate);
  const problems = () =>
    `${operation} ${status}: ${JSON.stringify(validate.errors)}\n${JSON.stringify(answer, null, 1)}`;
  if (!validate(answer)) assert.fail(problems());
}
