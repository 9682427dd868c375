/**
 * The admin endpoints as an acceptor has them: it checks who asks, and has the node answer, since nothing under /admin is about one process
 * alone. They do not exist where `admin.enabled` is false.
 */
import { isUtf8 } from 'node:buffer';
import type { AdminCommand, AdminReply } from '../control/operation.js';
import { AdminError } from '../control/operation.js';
import type { LocalHandler } from '../routes.js';
import type { Exchange } from '../transport/contract.js';
import { AdminGuard, type AdminGuardOptions } from './admin-guard.js';
import { respondJson } from './json-reply.js';

/** Nothing that the admin API takes is longer. */
const BODY_BYTES_MAX = 1024 * 1024;

/**
 * What a body may be called: JSON, and what clients say that were not told its type (curl -d, fetch of a text). It is read as JSON whatever
 * of these it is called.
 */
const JSON_TYPES =
  /^(application\/json|[a-z]+\/[a-z0-9.-]+\+json|text\/json|text\/plain|application\/x-www-form-urlencoded|)$/;

const EMPTY = new Uint8Array(0);

export interface AdminOptions extends AdminGuardOptions {
  readonly administer: (command: AdminCommand) => Promise<AdminReply>;
}

/** The handler for everything under /admin; undefined where there is none. */
export function adminHandler(options: AdminOptions): LocalHandler | undefined {
  if (!options.configuration.enabled) return undefined;
  return new AdminGuard(options).guard((exchange) => {
    const command = commandOf(exchange);
    if (command instanceof AdminError) respond(exchange, command.reply);
    else
      options.administer(command).then(
        (reply) => respond(exchange, reply),
        (cause: Error) => respond(exchange, new AdminError(503, 'node_busy', `Try again: ${cause.message}.`).reply),
      );
  });
}

function respond(exchange: Exchange, { status, document, headers = [] }: AdminReply): void {
  if (document === undefined) exchange.respond(status, headers, EMPTY);
  else respondJson(exchange, status, document, headers);
}

function commandOf(exchange: Exchange): AdminCommand | AdminError {
  const { method, path, query } = exchange;
  const bytes = Buffer.concat(exchange.body);
  if (bytes.length > BODY_BYTES_MAX)
    return new AdminError(413, 'body_too_large', `The body is larger than ${BODY_BYTES_MAX} bytes.`);
  const type = (exchange.header('content-type') ?? '').split(';')[0].trim().toLowerCase();
  if (bytes.length > 0 && !JSON_TYPES.test(type))
    return new AdminError(415, 'unsupported_media_type', 'Send the body as application/json.');
  if (!isUtf8(bytes)) return new AdminError(400, 'not_json', 'The body is not JSON: it is not UTF-8.');
  return { method: method === 'HEAD' ? 'GET' : method, path, query, body: bytes.toString('utf8') };
}
