/** GET /admin: what there is. */
import type { AdminOperation } from './operation.js';

/** @param operations all others */
export function indexOperation(operations: readonly AdminOperation[]): AdminOperation {
  const index: AdminOperation = {
    method: 'GET',
    path: '/admin',
    summary: 'The operations that there are',
    reply: {
      type: 'object',
      additionalProperties: false,
      required: ['operations'],
      properties: {
        operations: {
          type: 'array',
          items: {
            type: 'object',
            additionalProperties: false,
            required: ['method', 'path', 'summary'],
            properties: {
              method: { type: 'string' },
              path: { type: 'string', description: 'A segment in braces is a parameter.' },
              summary: { type: 'string' },
            },
          },
        },
      },
    },
    answer: () => ({
      status: 200,
      document: {
        operations: [index, ...operations].map(({ method, path, summary }) => ({
          method,
          path: pathTemplate(path),
          summary,
        })),
      },
    }),
  };
  return index;
}

/** `/admin/scenarios/:name` as OpenAPI writes it: `/admin/scenarios/{name}`. */
export function pathTemplate(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}');
}
