/** The admin endpoints: what an operator asks a node about itself. They do not exist where `admin.enabled` is false. */
import type { ConfigurationSnapshot } from '../../config/snapshot.js';
import type { LocalHandler } from '../routes.js';
import type { NodeStats } from '../stats/node-stats.js';
import { AdminAccess } from './admin-access.js';
import { respondJson, respondSoon } from './json-reply.js';

export interface AdminOptions {
  readonly configuration: ConfigurationSnapshot['configuration']['admin'];
  readonly stats: () => Promise<NodeStats>;
}

/** The handlers by path; all are GET. */
export function adminHandlers({ configuration, stats }: AdminOptions): { readonly [path: string]: LocalHandler } {
  if (!configuration.enabled) return {};
  const access = new AdminAccess(configuration);
  const answerStats: LocalHandler = (exchange) =>
    respondSoon(exchange, stats(), (document) => respondJson(exchange, 200, document));
  return { '/admin/stats': access.guard(answerStats) };
}
