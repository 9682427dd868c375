/**
 * The admin endpoints as an acceptor has them: it checks who asks, and has the node answer, since nothing under /admin is about one process
 * alone. They do not exist where `admin.enabled` is false.
 */
import type { AdminCommand, AdminReply } from '../control/operation.js';
import { AdminError } from '../control/operation.js';
import type { LocalHandler } from '../routes.js';
import type { Exchange } from '../transport/contract.js';
import { AdminGuard, type AdminGuardOptions } from './admin-guard.js';
import { respondJson, respondSoon } from './json-reply.js';

/** Nothing that the admin API takes is longer. */
const BODY_BYTES_MAX = 1024 * 1024;

export interface AdminOptions extends AdminGuardOptions {
  readonly administer: (command: AdminCommand) => Promise<AdminReply>;
}

/** The handler for everything under /admin; undefined where there is none. */
export function adminHandler(options: AdminOptions): LocalHandler | undefined {
  if (!options.configuration.enabled) return undefined;
  return new AdminGuard(options).guard((exchange) => {
    const command = commandOf(exchange);
    const reply = command instanceof AdminError ? Promise.resolve(command.reply) : options.administer(command);
    respondSoon(exchange, reply, ({ status, document, headers }) => respondJson(exchange, status, document, headers));
  });
}

function commandOf({ body, method, path, query }: Exchange): AdminCommand | AdminError {
  const bytes = Buffer.concat(body);
  if (bytes.length > BODY_BYTES_MAX)
    return new AdminError(413, 'body_too_large', `The body is larger than ${BODY_BYTES_MAX} bytes.`);
  return { method: method === 'HEAD' ? 'GET' : method, path, query, body: bytes.toString('utf8') };
}
