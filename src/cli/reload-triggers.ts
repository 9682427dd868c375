/** What has `serve` reload its configuration besides the admin API: SIGHUP, and a change of its file. What comes of it is in the log. */
import type { ConfigurationSnapshot } from '../config/snapshot.js';
import type { Reconfigured } from '../server/generations/reconfigured.js';
import type { ConfigurationDesk } from '../server/reload/configuration-desk.js';
import { FileWatch } from '../server/reload/file-watch.js';
import type { Logger } from '../telemetry/logging.js';

export interface ReloadTriggersOptions {
  /** Undefined where there is none to be watched. */
  readonly file: string | undefined;
  /** What it held when it was read, see fileDigest(). */
  readonly digest: string | undefined;
  readonly logger: Logger;
}

export class ReloadTriggers implements Reconfigured {
  readonly #watch: FileWatch | undefined;
  #configuration: ConfigurationDesk | undefined;
  /** A signal came before the start: what it is about may have changed after it was read. */
  #isSignalled = false;

  constructor({ digest, file, logger }: ReloadTriggersOptions) {
    process.on('SIGHUP', () => this.#signalled());
    if (file === undefined) return;
    this.#watch = new FileWatch({
      file,
      known: digest,
      onChange: (content) => this.#configuration?.follow(content).catch(() => {}),
      onUnreadable: ({ message }) => logger.warn({ file, cause: message }, 'the configuration file cannot be read'),
    });
  }

  /** From now on they have the configuration reloaded. */
  start(configuration: ConfigurationDesk): void {
    this.#configuration = configuration;
    this.reconfigure(configuration.snapshot);
    if (this.#isSignalled) this.#signalled();
  }

  reconfigure({ configuration }: ConfigurationSnapshot): void {
    const { enabled, interval_ms: intervalMs } = configuration.server.config_watch;
    this.#watch?.watch(enabled ? intervalMs : 0);
  }

  #signalled(): void {
    this.#isSignalled = this.#configuration === undefined;
    this.#configuration?.reload('signal').catch(() => {});
  }
}
