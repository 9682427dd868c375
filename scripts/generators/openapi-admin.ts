/** The admin API's part of docs/openapi.json: paths from its table of operations, and the schema of its errors. */
import type { JsonSchema } from '../../src/kernel/json-schema.js';
import { type AdminFailure, failuresOf } from '../../src/server/control/failures.js';
import { pathTemplate } from '../../src/server/control/index-operation.js';
import type { AdminOperation } from '../../src/server/control/operation.js';
import { describedOperations } from './admin-operations.js';

type Json = { [key: string]: unknown };

export const ADMIN_ERROR = 'AdminError';

export const adminTag: Json = {
  name: 'Admin',
  description:
    'Steers the whole node, whichever process answers. There where admin.enabled is true, and never on the metrics port.',
};

export const adminErrorSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      additionalProperties: false,
      required: ['message', 'type', 'code', 'param'],
      properties: {
        message: { type: 'string', description: 'In words, all problems included.' },
        type: {
          type: 'string',
          enum: [
            ...['invalid_request_error', 'authentication_error', 'permission_error', 'not_found_error'],
            ...['server_error', 'service_unavailable'],
          ],
          description: 'By status.',
        },
        code: { type: 'string', pattern: '^[a-z][a-z0-9_]*$', description: 'What a program goes by.' },
        param: {
          type: ['string', 'null'],
          description: 'The part of the request that is wrong; the first of several.',
        },
        problems: {
          type: 'array',
          minItems: 1,
          description: 'All that is wrong, where there may be several things.',
          items: {
            type: 'object',
            required: ['param', 'message'],
            properties: { param: { type: 'string' }, message: { type: 'string' } },
          },
        },
      },
    },
  },
};

/** An operation for each of the table's, under its path. */
export function adminPaths(): Json {
  const paths: { [path: string]: Json } = {};
  for (const operation of describedOperations()) {
    const path = pathTemplate(operation.path);
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: operationOf(operation) };
  }
  return paths;
}

function operationOf(operation: AdminOperation): Json {
  const { body, bodyOptional, description, method, path, reply, summary } = operation;
  return {
    operationId: `admin_${method.toLowerCase()}${path.slice('/admin'.length)}`.replace(/[^A-Za-z0-9]+/g, '_'),
    tags: ['Admin'],
    summary,
    ...(description === undefined ? {} : { description }),
    parameters: [...pathParameters(operation), ...queryParameters(operation)],
    ...(body === undefined
      ? {}
      : { requestBody: { required: !bodyOptional, content: { 'application/json': { schema: body } } } }),
    security: [{}, { bearer: [] }, { xApiKey: [] }],
    responses: {
      '200': { description: 'The answer.', content: { 'application/json': { schema: reply } } },
      ...failures(failuresOf(operation)),
    },
  };
}

function pathParameters({ parameters = {}, path }: AdminOperation): Json[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    description: parameters[name],
    schema: { type: 'string' },
  }));
}

function queryParameters({ query = {} }: AdminOperation): Json[] {
  return Object.entries(query).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    description,
    schema,
  }));
}

function failures(list: readonly AdminFailure[]): Json {
  const statuses = [...new Set(list.map(({ status }) => status))];
  return Object.fromEntries(
    statuses.map((status) => {
      const codes = list.filter((failure) => failure.status === status);
      const description = codes.map(({ code, when }) => `\`${code}\`: ${when}`).join(' ');
      const schema = { $ref: `#/components/schemas/${ADMIN_ERROR}` };
      return [status, { description, content: { 'application/json': { schema } } }];
    }),
  );
}
