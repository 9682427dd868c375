/**
 * docs/openapi.json: the whole HTTP surface as an OpenAPI 3.1 document, from the registry of endpoints, the operations' own tables, and the
 * providers' published schemas, of which it takes what the endpoints name. Paths that providers share become one operation with one
 * alternative per provider.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot, packageVersion } from '../../src/kernel/package-root.js';
import type { Dialect, Endpoint, Provider } from '../../src/providers/contract.js';
import { endpoints } from '../../src/providers/registry.js';
import { operations } from '../../src/server/handlers/operations.js';
import type { Generator } from './contract.js';
import { ADMIN_ERROR, adminErrorSchema, adminPaths, adminTag } from './openapi-admin.js';

type Json = { [key: string]: unknown };

interface Served {
  readonly provider: Provider;
  readonly endpoint: Endpoint;
}

const TITLES: { readonly [name in Provider['name']]: string } = {
  openai: 'OpenAI',
  azure: 'Azure OpenAI',
  anthropic: 'Anthropic',
  gemini: 'Gemini',
};
const ERROR_SCHEMA = 'ErrorResponse';
const REFERENCE = '#/$defs/';

/** The schemas that operations name, and those that they name in turn, each once. */
class Components {
  readonly schemas: Json = {};
  readonly #published = new Map<Dialect, Json>();

  refer(dialect: Dialect, name: string): Json {
    const component = `${dialect}.${name}`;
    if (!Object.hasOwn(this.schemas, component)) {
      this.schemas[component] = {};
      this.schemas[component] = this.#adopt(this.#definition(dialect, name), dialect);
    }
    return { $ref: `#/components/schemas/${component}` };
  }

  #definition(dialect: Dialect, name: string): unknown {
    let definitions = this.#published.get(dialect);
    if (definitions === undefined) {
      definitions = JSON.parse(readFileSync(join(packageRoot, `test/schemas/${dialect}.json`), 'utf8')).$defs as Json;
      this.#published.set(dialect, definitions);
    }
    if (!Object.hasOwn(definitions, name)) throw new Error(`${dialect} has no published schema ${name}`);
    return definitions[name];
  }

  #adopt(schema: unknown, dialect: Dialect): unknown {
    if (Array.isArray(schema)) return schema.map((part) => this.#adopt(part, dialect));
    if (typeof schema !== 'object' || schema === null) return schema;
    return Object.fromEntries(
      Object.entries(schema).map(([key, value]) => {
        if (key !== '$ref') return [key, this.#adopt(value, dialect)];
        return [key, this.refer(dialect, String(value).slice(REFERENCE.length)).$ref];
      }),
    );
  }
}

export const openapiDocument: Generator = () => {
  const components = new Components();
  const paths = { ...providerPaths(components), ...operationPaths(), ...adminPaths() };
  const document = {
    openapi: '3.1.1',
    info: {
      title: 'LLM-Simulator',
      version: packageVersion,
      description:
        'Simulated OpenAI, Azure OpenAI, Anthropic and Gemini APIs. Where providers share a path, the headers say whose it is: ' +
        'x-goog-api-key is Gemini, anthropic-version is Anthropic, anything else OpenAI. Schemas are the providers’ own.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: 'http://localhost:8080' }],
    tags: [...[...Object.values(TITLES), 'Operations'].map((name) => ({ name })), adminTag],
    security: [{}, { bearer: [] }, { apiKey: [] }, { xApiKey: [] }, { googleApiKey: [] }],
    paths,
    components: {
      parameters: {
        requestKey: {
          name: 'x-llm-sim-request-id',
          in: 'header',
          description: 'The number of a request: the same request under the same number gets the same answer.',
          schema: { type: 'string' },
        },
        traceparent: {
          name: 'traceparent',
          in: 'header',
          description: 'W3C trace context; it comes back with the answer.',
          schema: { type: 'string' },
        },
      },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        apiKey: { type: 'apiKey', in: 'header', name: 'api-key' },
        xApiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
        googleApiKey: { type: 'apiKey', in: 'header', name: 'x-goog-api-key' },
      },
      schemas: Object.fromEntries(
        Object.entries({ ...components.schemas, [ADMIN_ERROR]: adminErrorSchema }).sort(([left], [right]) =>
          left < right ? -1 : 1,
        ),
      ),
    },
  };
  return [{ path: 'docs/openapi.json', content: `${JSON.stringify(document, null, 1)}\n` }];
};

function providerPaths(components: Components): Json {
  const places = new Map<string, Map<string, Served[]>>();
  for (const served of endpoints) {
    for (const path of served.endpoint.paths) {
      const verb = served.endpoint.verb === undefined ? '' : `:${served.endpoint.verb}`;
      const key = path.replace(/:(\w+)/g, '{$1}') + verb;
      const methods = places.get(key) ?? new Map<string, Served[]>();
      const method = served.endpoint.method.toLowerCase();
      methods.set(method, [...(methods.get(method) ?? []), served]);
      places.set(key, methods);
    }
  }
  return Object.fromEntries(
    [...places].map(([path, methods]) => [
      path,
      Object.fromEntries([...methods].map(([method, served]) => [method, operationOf(path, served, components)])),
    ]),
  );
}

function operationOf(path: string, served: readonly Served[], components: Components): Json {
  const [{ endpoint }] = served;
  const takesBody = served.some((one) => one.endpoint.takesBody !== false);
  return {
    operationId: `${served.map((one) => one.endpoint.name).join('_or_')}${path}`.replace(/[^A-Za-z0-9]+/g, '_'),
    tags: [...new Set(served.map(({ provider }) => TITLES[provider.name]))],
    summary: [...new Set(served.map((one) => one.endpoint.description.summary))].join(' / '),
    parameters: parametersOf(path, served),
    ...(takesBody
      ? { requestBody: { required: endpoint.takesBody === true, content: bodyContent(served, components) } }
      : {}),
    responses: {
      '200': { description: 'The answer.', content: replyContent(served, components) },
      default: {
        description: 'An error in the provider’s own envelope.',
        content: {
          'application/json': {
            schema: oneOf(served.map(({ provider }) => components.refer(provider.dialect, ERROR_SCHEMA))),
          },
        },
      },
    },
  };
}

function parametersOf(path: string, served: readonly Served[]): Json[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const inQuery = new Map<string, Json>();
  for (const { endpoint } of served) {
    for (const { name, description } of endpoint.description.queryParameters ?? []) {
      inQuery.set(name, { name, in: 'query', description, schema: { type: 'string' } });
    }
  }
  const common = ['requestKey', 'traceparent'].map((name) => ({ $ref: `#/components/parameters/${name}` }));
  return [...inPath, ...inQuery.values(), ...common];
}

function bodyContent(served: readonly Served[], components: Components): Json {
  const schemas = served.map(({ endpoint, provider }) => {
    const { requestSchema } = endpoint.description;
    return requestSchema === undefined ? { type: 'object' } : components.refer(provider.dialect, requestSchema);
  });
  return { 'application/json': { schema: oneOf(schemas) } };
}

function replyContent(served: readonly Served[], components: Components): Json {
  const replies = served.flatMap(({ endpoint, provider }) => {
    const { eventSchema, replySchema } = endpoint.description;
    if (replySchema !== undefined) return [components.refer(provider.dialect, replySchema)];
    return eventSchema === undefined ? [{ type: 'object' }] : [];
  });
  const events = served.flatMap(({ endpoint, provider }) => {
    const { eventSchema } = endpoint.description;
    return eventSchema === undefined ? [] : [components.refer(provider.dialect, eventSchema)];
  });
  return {
    ...(replies.length > 0 ? { 'application/json': { schema: oneOf(replies) } } : {}),
    // The schema of one event's data: OpenAPI 3.1 has no word for a sequence of them.
    ...(events.length > 0 ? { 'text/event-stream': { schema: oneOf(events) } } : {}),
  };
}

function operationPaths(): Json {
  return Object.fromEntries(
    Object.entries(operations).map(([path, { summary, contentType, reply = {}, failures = [] }]) => [
      path,
      {
        get: {
          operationId: `operations${path.replace(/[^A-Za-z0-9]+/g, '_')}`,
          tags: ['Operations'],
          summary,
          security: [{}],
          responses: {
            '200': { description: 'The answer.', content: { [contentType]: { schema: reply } } },
            ...Object.fromEntries(
              failures.map(({ status, when, reply: schema }) => [
                status,
                { description: when, content: { [contentType]: { schema } } },
              ]),
            ),
          },
        },
      },
    ]),
  );
}

function oneOf(schemas: readonly Json[]): Json {
  const distinct = [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];
  return distinct.length === 1 ? distinct[0] : { anyOf: distinct };
}
