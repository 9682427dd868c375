/** What the Prometheus operator allows in objects of its kinds: the definitions that it installs in a cluster, made strict. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { parse } from 'yaml';
import type { KubernetesObject } from '../../scripts/kubernetes/objects.js';
import { operatorDefinitions } from './kustomize-harness.js';

const OPERATOR_GROUP = 'monitoring.coreos.com/';

export const isOperators = ({ apiVersion }: KubernetesObject) => apiVersion.startsWith(OPERATOR_GROUP);

interface Definition {
  readonly spec: {
    readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: object } }[];
  };
}

/** The schema of a custom kind, made strict: what it does not know is a mistake. */
export function definitionOf({ apiVersion, kind }: KubernetesObject): ValidateFunction {
  const file = join(operatorDefinitions ?? '', `monitoring.coreos.com_${kind.toLowerCase()}s.yaml`);
  const { spec } = parse(readFileSync(file, 'utf8')) as Definition;
  const schema = spec.versions.find(({ name }) => `${OPERATOR_GROUP}${name}` === apiVersion)?.schema.openAPIV3Schema;
  assert.ok(schema !== undefined, `${file} has no ${apiVersion}`);
  return new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(strict(schema) as object);
}

function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema)
    .filter(([key, value]) => !(key === 'pattern' && isGosAlone(value)))
    .map(([key, value]) => [key, strict(value)] as const);
  const isClosed =
    'properties' in schema &&
    !('additionalProperties' in schema) &&
    !('x-kubernetes-preserve-unknown-fields' in schema);
  return { ...Object.fromEntries(entries), ...(isClosed ? { additionalProperties: false } : {}) };
}

/** A pattern with a flag inside of it, as Go reads it and JavaScript does not. */
function isGosAlone(pattern: unknown): boolean {
  return typeof pattern === 'string' && pattern.includes('(?i)');
}
