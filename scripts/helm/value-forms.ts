/**
 * Forms that several values of the Helm chart have. A value is declared once, as a JSON Schema with its default and its description:
 * values.yaml, values.schema.json and the table in docs/how-to/helm.md are made from that. A form that is Kubernetes' own is open, since
 * the API server checks it and gets new fields with every version; every other one is closed, so that a misspelt key is refused.
 */
import type { JsonSchema } from '../../src/kernel/json-schema.js';

/** A section of values: closed, each key with a default. */
export function section(description: string, properties: { readonly [key: string]: JsonSchema }): JsonSchema {
  return { type: 'object', description, additionalProperties: false, properties };
}

/** An object of the Kubernetes API, `kind` being its name there. */
export function kubernetesObject(kind: string, description: string, fallback: object = {}): JsonSchema {
  return { type: 'object', title: kind, description, additionalProperties: true, default: fallback };
}

/** A list of objects of the Kubernetes API. */
export function kubernetesList(kind: string, description: string): JsonSchema {
  const items: JsonSchema = { type: 'object', title: kind, additionalProperties: true };
  return { type: 'array', title: `list of ${kind}`, description, items, default: [] };
}

/** Labels, annotations and the like: values have to be strings, which YAML's `true` and `1` are not. */
export function stringMap(description: string, fallback: { readonly [key: string]: string } = {}): JsonSchema {
  const additionalProperties: JsonSchema = { type: 'string' };
  return { type: 'object', title: 'map of strings', description, additionalProperties, default: fallback };
}

export function flag(description: string, fallback: boolean): JsonSchema {
  return { type: 'boolean', description, default: fallback };
}

export function text(description: string, fallback = ''): JsonSchema {
  return { type: 'string', description, default: fallback };
}

/** The name of an object in the cluster; empty says that there is none, or that the chart chooses. */
export function objectName(description: string, fallback = ''): JsonSchema {
  const pattern = '^([a-z0-9]([-a-z0-9.]*[a-z0-9])?)?$';
  return { type: 'string', title: 'name', description, maxLength: 253, pattern, default: fallback };
}

export function choice(description: string, choices: readonly [string, ...string[]]): JsonSchema {
  return { type: 'string', description, enum: choices, default: choices[0] };
}

/** An integer; null where the chart works out its own or leaves it to Kubernetes. */
export function integer(
  description: string,
  [minimum, maximum]: readonly [number, number],
  fallback: number | null,
): JsonSchema {
  const type = fallback === null ? (['integer', 'null'] as const) : 'integer';
  return { type, description, minimum, maximum, default: fallback };
}

/** A number of pods, or a share of them such as "50%"; null where the other bound is meant. */
export function podCount(description: string, fallback: number | null): JsonSchema {
  const type = ['integer', 'string', 'null'] as const;
  return {
    type,
    title: 'integer, percentage or null',
    description,
    minimum: 0,
    pattern: '^[0-9]{1,3}%$',
    default: fallback,
  };
}

/** A span of time as Prometheus writes it; empty for Prometheus' own. */
export function duration(description: string, fallback: string): JsonSchema {
  return { type: 'string', title: 'duration', description, pattern: '^([0-9]+(ms|s|m|h))*$', default: fallback };
}
