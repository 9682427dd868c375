/**
 * Anthropic's wire from the types of its official SDK. The SDK's current and previous major speak the API versions 2026-10-21 and
 * 2023-06-01; their types describe the same bodies under some other names, which is checked here, so that one set of schemas serves both.
 */
import {
  type Definitions,
  definitionsOf,
  type MutableSchema,
  mapSchemas,
  partOf,
  reachable,
  type TypeSource,
  withoutDescriptions,
} from './sdk-types.js';

export const ANTHROPIC_PACKAGES = ['@anthropic-ai/sdk', 'anthropic-sdk-0'] as const;

const REPLIES = ['Message', 'RawMessageStreamEvent', 'MessageTokensCount', 'ModelInfo', 'ErrorResponse'];
const REQUESTS = ['MessageCreateParams', 'MessageCountTokensParams'];
const SOURCE: Omit<TypeSource, 'packageName'> = {
  declarations: 'resources/{messages/messages,models,shared}.d.ts',
  types: [...REPLIES, ...REQUESTS],
};
/** Numbers that count something; TypeScript has no word for it. */
const INTEGERS = /(^|_)(tokens|requests|index)$/;

/** @throws Error when the majors differ on the wire, or when a correction does not fit any more */
export function anthropicSchemas(): Definitions {
  const [current, previous] = ANTHROPIC_PACKAGES.map((packageName) =>
    withoutNames(withoutDescriptions(definitionsOf({ ...SOURCE, packageName }))),
  );
  for (const name of REPLIES) {
    if (JSON.stringify(expanded(current, name)) !== JSON.stringify(expanded(previous, name))) {
      throw new Error(
        `${ANTHROPIC_PACKAGES.join(' and ')} describe ${name} in different ways: give each version its own schema`,
      );
    }
  }
  const definitions = integers(current);
  for (const correct of CORRECTIONS) correct(definitions);
  return reachable(definitions, [...SOURCE.types, 'ModelInfosPage']);
}

/** Beside a list of known names any other is a string too: the list, which differs from version to version, rejects nothing. */
function withoutNames(definitions: Definitions): Definitions {
  return mapSchemas(definitions, (schema) => {
    const anyText = (schema.anyOf as MutableSchema[] | undefined)?.some(
      ({ type, ...others }) => type === 'string' && Object.keys(others).length === 0,
    );
    return anyText && (schema.anyOf as MutableSchema[]).every(({ type }) => type === 'string')
      ? { type: 'string' }
      : schema;
  }) as Definitions;
}

/** The schema with every reference replaced by what it refers to: names do not matter on the wire. */
function expanded(definitions: Definitions, name: string, above: readonly string[] = []): unknown {
  if (above.includes(name)) return { recursive: above.length - above.indexOf(name) };
  return mapSchemas(partOf(definitions, [name]), (schema) =>
    typeof schema.$ref === 'string'
      ? expanded(definitions, schema.$ref.slice('#/$defs/'.length), [...above, name])
      : schema,
  );
}

function integers(definitions: Definitions): Definitions {
  return mapSchemas(definitions, (schema) => {
    if (typeof schema.properties !== 'object') return schema;
    const entries = Object.entries(schema.properties as Definitions).map(([name, part]) => [
      name,
      INTEGERS.test(name) ? asInteger(part) : part,
    ]);
    return { ...schema, properties: Object.fromEntries(entries) };
  }) as Definitions;
}

function asInteger(schema: MutableSchema): MutableSchema {
  const types = [schema.type].flat().map((type) => (type === 'number' ? 'integer' : type));
  return schema.type === undefined ? schema : { ...schema, type: types.length === 1 ? types[0] : types };
}

const TEXT = { type: 'string' };
const TIME = { type: 'string', format: 'date-time' };

/** What the API sends as its documentation shows it, and the types cannot or do not say. */
const CORRECTIONS: readonly ((definitions: Definitions) => void)[] = [
  // Text without citations comes without the field; at least one client rejects null there.
  (definitions) => {
    definitions.TextBlock.required = (partOf(definitions, ['TextBlock', 'required']) as unknown as string[]).filter(
      (name) => name !== 'citations',
    );
  },
  // Streams hold two events that the SDK consumes before its types begin.
  (definitions) => {
    definitions.PingEvent = {
      type: 'object',
      properties: { type: { const: 'ping' } },
      required: ['type'],
      additionalProperties: false,
    };
    const events = partOf(definitions, ['RawMessageStreamEvent', 'anyOf']) as unknown as MutableSchema[];
    events.push({ $ref: '#/$defs/PingEvent' }, { $ref: '#/$defs/ErrorResponse' });
  },
  // A body over the limit has an error type that the types do not list.
  (definitions) => {
    const known = partOf(definitions, ['APIErrorObject']);
    const properties = { ...(known.properties as MutableSchema), type: { const: 'request_too_large' } };
    definitions.RequestTooLargeErrorObject = { ...known, properties };
    const errors = partOf(definitions, ['ErrorObject', 'anyOf']) as unknown as MutableSchema[];
    errors.push({ $ref: '#/$defs/RequestTooLargeErrorObject' });
  },
  // Since 2026-10-21 errors may say more: the SDK reads error.details.error_code; the other fields depend on the code.
  (definitions) => {
    const details = {
      anyOf: [
        { type: 'object', properties: { error_code: TEXT }, required: ['error_code'], additionalProperties: true },
        { type: 'null' },
      ],
    };
    const errors = Object.keys(definitions).filter(
      (name) => /ErrorObject$/.test(name) && !/Tool/.test(name) && name !== 'ErrorObject',
    );
    for (const name of errors) partOf(definitions, [name, 'properties']).details = details;
  },
  // RFC 3339 times are strings to TypeScript.
  (definitions) => {
    partOf(definitions, ['ModelInfo', 'properties']).created_at = TIME;
  },
  // A page is generic in the SDK and so has no schema of its own there.
  (definitions) => {
    const cursor = { type: ['string', 'null'] };
    const properties = {
      data: { type: 'array', items: { $ref: '#/$defs/ModelInfo' } },
      has_more: { type: 'boolean' },
      first_id: cursor,
      last_id: cursor,
    };
    definitions.ModelInfosPage = {
      type: 'object',
      properties,
      required: Object.keys(properties),
      additionalProperties: false,
    };
  },
];
