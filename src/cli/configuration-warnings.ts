/** What is allowed and yet seldom meant in a configuration: said at the start, and again when a reload brings it. */
import type { Certificate } from '../config/certificate.js';
import type { ConfigurationSnapshot } from '../config/snapshot.js';
import type { Reconfigured } from '../server/generations/reconfigured.js';
import { adminExposure } from '../server/handlers/admin-exposure.js';
import type { Logger } from '../telemetry/logging.js';

/** As long as whoever has to renew it by hand needs. */
const EXPIRY_NOTICE_MS = 14 * 24 * 3_600_000;

export class ConfigurationWarnings implements Reconfigured {
  readonly #logger: Logger;
  #said: readonly string[] = [];

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  reconfigure(snapshot: ConfigurationSnapshot): void {
    this.warn(snapshot);
  }

  /** Logs what it has not logged of the configuration before. @returns everything there is to be said of it */
  warn({ certificate, configuration: { admin, server } }: ConfigurationSnapshot): readonly string[] {
    const warnings = [
      adminExposure(admin, server.host),
      certificate && certificateWarning(certificate, Date.now()),
    ].filter((warning) => warning !== undefined);
    for (const warning of warnings) if (!this.#said.includes(warning)) this.#logger.warn(warning);
    this.#said = warnings;
    return warnings;
  }
}

/** @param nowMs since 1970 */
export function certificateWarning({ validFromMs, validToMs }: Certificate, nowMs: number): string | undefined {
  const [from, to] = [validFromMs, validToMs].map((timeMs) => new Date(timeMs).toISOString());
  const refused = 'clients that check it will refuse to connect';
  if (nowMs < validFromMs) return `the certificate in server.tls.cert is not valid before ${from}: ${refused}`;
  if (nowMs > validToMs) return `the certificate in server.tls.cert has expired at ${to}: ${refused}`;
  if (validToMs - nowMs < EXPIRY_NOTICE_MS) return `the certificate in server.tls.cert expires at ${to}`;
  return undefined;
}
