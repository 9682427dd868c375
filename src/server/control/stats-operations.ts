/** What the node has done and how it fares. */
import { statsSchema } from '../stats/stats-schema.js';
import type { OperationParts } from './node-services.js';
import type { AdminOperation } from './operation.js';

export function statsOperations(parts: Pick<OperationParts, 'stats'>): AdminOperation[] {
  return [
    {
      method: 'GET',
      path: '/admin/stats',
      summary: 'What the whole node has done, how it fares now, and what its processes use',
      description:
        'The same whichever process answers. Percentiles and rates begin anew with a reset of `stats`; all other counts are since the start.',
      reply: statsSchema,
      answer: async () => ({ status: 200, document: await parts.stats() }),
    },
  ];
}
