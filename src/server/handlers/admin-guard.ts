/** The door of the admin API: lets pass who may, refuses the rest as JSON and writes into the log that somebody tried, at a bounded rate. */
import type { ConfigurationSnapshot } from '../../config/snapshot.js';
import type { Clock } from '../../kernel/clock.js';
import type { Logger } from '../../telemetry/logging.js';
import { AdminError } from '../control/operation.js';
import type { LocalHandler } from '../routes.js';
import type { Exchange, HeaderPairs } from '../transport/contract.js';
import { type AccessRefusal, AdminAccess } from './admin-access.js';
import { respondJson } from './json-reply.js';

/** Somebody who tries keys must not fill the disk: a line a second says how many others there were. */
const LINE_INTERVAL_US = 1_000_000;

const CHALLENGE: HeaderPairs = ['www-authenticate', 'Bearer realm="llm-simulator admin"'];

const REFUSALS: { readonly [code in AccessRefusal]: AdminError } = {
  ip_not_allowed: new AdminError(403, 'ip_not_allowed', 'This address may not use the admin API.'),
  invalid_api_key: new AdminError(
    401,
    'invalid_api_key',
    'The admin API asks for its key: Authorization: Bearer <admin.api_key>.',
    { headers: CHALLENGE },
  ),
};

export interface AdminGuardOptions {
  readonly configuration: ConfigurationSnapshot['configuration']['admin'];
  readonly clock: Clock;
  readonly logger: Pick<Logger, 'warn'>;
}

export class AdminGuard {
  readonly #access: AdminAccess;
  readonly #clock: Clock;
  readonly #logger: Pick<Logger, 'warn'>;
  #lineDueUs = Number.NEGATIVE_INFINITY;
  /** Refused since the last line and not in it. */
  #unsaid = 0;

  constructor({ configuration, clock, logger }: AdminGuardOptions) {
    this.#access = new AdminAccess(configuration);
    this.#clock = clock;
    this.#logger = logger;
  }

  /** The handler behind the checks: 403 for a wrong address, 401 for a missing or wrong key. */
  guard(handler: LocalHandler): LocalHandler {
    return (exchange) => {
      const code = this.#access.refusalOf(exchange);
      if (code === undefined) handler(exchange);
      else this.#refuse(exchange, code);
    };
  }

  #refuse(exchange: Exchange, code: AccessRefusal): void {
    this.#log(exchange, code);
    const { status, document = {}, headers } = REFUSALS[code].reply;
    respondJson(exchange, status, document, headers);
  }

  /** Neither the key that was sent nor the path, which may hold one. */
  #log(exchange: Exchange, code: AccessRefusal): void {
    const nowUs = this.#clock.nowUs();
    if (nowUs < this.#lineDueUs) {
      this.#unsaid++;
      return;
    }
    const others = this.#unsaid || undefined;
    this.#logger.warn({ address: this.#access.addressOf(exchange), code, others }, 'refused access to the admin API');
    this.#lineDueUs = nowUs + LINE_INTERVAL_US;
    this.#unsaid = 0;
  }
}
