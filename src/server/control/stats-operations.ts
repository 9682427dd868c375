/** What the node has done and how it fares. */
import type { NodeStats } from '../stats/node-stats.js';
import type { AdminOperation } from './operation.js';

export function statsOperations({ stats }: { readonly stats: () => Promise<NodeStats> }): AdminOperation[] {
  return [
    {
      method: 'GET',
      path: '/admin/stats',
      summary: 'What the whole node has done, how it fares now, and what its processes use',
      answer: async () => ({ status: 200, document: await stats() }),
    },
  ];
}
