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

const definitions: { readonly [name: string]: JsonSchema } = {
  distribution: distributionSchema as JsonSchema,
  length_distribution: lengthDistributionSchema,
  fault: faultSettingSchema,
  fault_pattern: patternSchema,
  reply_fault: replyFaultSettingSchema,
};

/** Accepts what configurationSchema accepts. The definitions may be given another form. */
export function schemaWithDefinitions(formOf: (schema: JsonSchema) => JsonSchema = (schema) => schema): JsonSchema {
  const forms = Object.entries(definitions).map(([name, schema]) => [name, formOf(schema)]);
  return { ...shortened(configurationSchema), definitions: Object.fromEntries(forms) };
}

function shortened(schema: JsonSchema): JsonSchema {
  const name = Object.keys(definitions).find((key) => schema.oneOf && definitions[key]?.oneOf === schema.oneOf);
  if (name !== undefined) {
    const { type, required, discriminator, oneOf, ...annotations } = schema;
    // Beside a reference older readers ignore every key, but not beside a list of one.
    return { ...annotations, allOf: [{ $ref: `#/definitions/${name}` }] };
  }
  const { properties, items, additionalProperties, then: whenTrue, else: whenFalse } = schema;
  return {
    ...schema,
    ...(properties === undefined ? {} : { properties: shortenedEach(properties) }),
    ...(items === undefined ? {} : { items: shortened(items) }),
    ...(typeof additionalProperties === 'object' ? { additionalProperties: shortened(additionalProperties) } : {}),
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    ...(whenTrue === undefined ? {} : { then: shortened(whenTrue) }),
    ...(whenFalse === undefined ? {} : { else: shortened(whenFalse) }),
  };
}

function shortenedEach(schemas: { readonly [key: string]: JsonSchema }): { [key: string]: JsonSchema } {
  return Object.fromEntries(Object.entries(schemas).map(([key, schema]) => [key, shortened(schema)]));
}
