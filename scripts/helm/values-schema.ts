/**
 * values.schema.json: what Helm checks values against before it renders anything. Helm follows no reference to another file, so the
 * simulator's own schema of its configuration is part of it, with its definitions where its references look for them: at the root.
 */
import { schemaWithDefinitions } from '../../src/config/schema/definitions.js';
import type { JsonSchema } from '../../src/kernel/json-schema.js';
import type { ValueGroup } from './values.js';

/** A Service needs ports that are known; 0, by which a server takes a free one, is none. */
const fixedPorts: readonly (readonly string[])[] = [
  ['server', 'port'],
  ['telemetry', 'metrics', 'prometheus_port'],
];

function withMinimum(schema: JsonSchema, [key, ...rest]: readonly string[], minimum: number): JsonSchema {
  if (key === undefined) return { ...schema, minimum };
  const property = schema.properties?.[key];
  if (property === undefined) throw new Error(`the configuration's schema has no ${key}`);
  return { ...schema, properties: { ...schema.properties, [key]: withMinimum(property, rest, minimum) } };
}

export function valuesSchema(groups: readonly ValueGroup[]): JsonSchema {
  const { definitions, ...configuration } = schemaWithDefinitions();
  const config = fixedPorts.reduce((schema, path) => withMinimum(schema, path, 1), configuration as JsonSchema);
  const own = Object.assign({}, ...groups.map(({ values }) => values)) as { [key: string]: JsonSchema };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Values of the Helm chart llm-simulator',
    type: 'object',
    additionalProperties: false,
    properties: {
      ...own,
      config: { ...config, ...own.config },
      global: { type: 'object', description: 'What Helm hands to the charts of a chart; without effect here.' },
    },
    definitions: definitions ?? {},
  };
}
