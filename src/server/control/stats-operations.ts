/** What the node has done and how it fares. */
import type { OperationParts } from './node-services.js';
import type { AdminOperation } from './operation.js';

export function statsOperations(parts: Pick<OperationParts, 'stats'>): AdminOperation[] {
  return [
    {
      method: 'GET',
      path: '/admin/stats',
      summary: 'What the whole node has done, how it fares now, and what its processes use',
      reply: { type: 'object' },
      answer: async () => ({ status: 200, document: await parts.stats() }),
    },
  ];
}
