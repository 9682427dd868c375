/**
 * The configuration's schema with what has many alternatives said once: the distributions, in milliseconds and in tokens, which can stand in
 * several places and are half of the schema each time, the faults and their patterns. An editor would have to load all of it, and every start
 * to compile it.
 */
import { patternSchema } from '../../faults/patterns/registry.js';
import { faultSettingSchema } from '../../faults/registry.js';
import type { JsonSchema } from '../../kernel/json-schema.js';
import { lengthDistributionSchema } from '../../latency/lengths.js';
import { distributionSchema } from '../../latency/registry.js';
import { configurationSchema } from './configuration.js';
import { replyFaultSettingSchema } from './replies.js';

export type Definitions = { readonly [name: string]: JsonSchema };

const definitions: Definitions = {
  distribution: distributionSchema as JsonSchema,
  length_distribution: lengthDistributionSchema,
  fault: faultSettingSchema,
  fault_pattern: patternSchema,
  reply_fault: replyFaultSettingSchema,
};

/** Accepts what configurationSchema accepts. The definitions may be given another form. */
export function schemaWithDefinitions(formOf: (schema: JsonSchema) => JsonSchema = (schema) => schema): JsonSchema {
  return defineOnce(configurationSchema, definitions, formOf);
}

/** The schema with each of the definitions, which are told by their list of alternatives, said once and referred to from where it stood. */
export function defineOnce(
  schema: JsonSchema,
  once: Definitions,
  formOf: (schema: JsonSchema) => JsonSchema = (definition) => definition,
): JsonSchema {
  const forms = Object.entries(once).map(([name, definition]) => [name, formOf(definition)]);
  return { ...shortened(schema, once), definitions: Object.fromEntries(forms) };
}

function shortened(schema: JsonSchema, once: Definitions): JsonSchema {
  const name = Object.keys(once).find((key) => schema.oneOf && once[key]?.oneOf === schema.oneOf);
  if (name !== undefined) {
    const { type, required, discriminator, oneOf, ...annotations } = schema;
    // Beside a reference older readers ignore every key, but not beside a list of one.
    return { ...annotations, allOf: [{ $ref: `#/definitions/${name}` }] };
  }
  const { properties, items, additionalProperties, then: whenTrue, else: whenFalse } = schema;
  return {
    ...schema,
    ...(properties === undefined ? {} : { properties: shortenedEach(properties, once) }),
    ...(items === undefined ? {} : { items: shortened(items, once) }),
    ...(typeof additionalProperties === 'object'
      ? { additionalProperties: shortened(additionalProperties, once) }
      : {}),
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    ...(whenTrue === undefined ? {} : { then: shortened(whenTrue, once) }),
    ...(whenFalse === undefined ? {} : { else: shortened(whenFalse, once) }),
  };
}

function shortenedEach(schemas: Definitions, once: Definitions): { [key: string]: JsonSchema } {
  return Object.fromEntries(Object.entries(schemas).map(([key, schema]) => [key, shortened(schema, once)]));
}
