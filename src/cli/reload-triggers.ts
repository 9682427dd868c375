/**
 * What has `serve` reload its configuration besides the admin API: SIGHUP, and a change of its file or of the certificate's. What comes of it is
 * in the log.
 */
import { fileDigestSync } from '../config/file-digest.js';
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

type CertificateKeys = Pick<ConfigurationSnapshot['configuration']['server']['tls'], 'cert' | 'enabled' | 'key'>;

const NO_CERTIFICATE: CertificateKeys = { enabled: false, cert: null, key: null };

export class ReloadTriggers implements Reconfigured {
  readonly #logger: Logger;
  readonly #watch: FileWatch | undefined;
  /** By the file of the certificate or its key. */
  #certificateWatches: ReadonlyMap<string, FileWatch> = new Map();
  #configuration: ConfigurationDesk | undefined;
  /** A signal came before the start: what it is about may have changed after it was read. */
  #isSignalled = false;

  constructor({ digest, file, logger }: ReloadTriggersOptions) {
    this.#logger = logger;
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
    this.#watchCertificate(enabled ? configuration.server.tls : NO_CERTIFICATE, intervalMs);
  }

  /** A certificate and its key seldom change in the same moment: while they do not belong together a reload is refused, and the next is not. */
  #watchCertificate({ cert, enabled, key }: CertificateKeys, intervalMs: number): void {
    const before = this.#certificateWatches;
    const files = enabled ? [cert, key].filter((file) => file !== null) : [];
    this.#certificateWatches = new Map(files.map((file) => [file, before.get(file) ?? this.#certificateWatch(file)]));
    for (const [file, watch] of before) if (!this.#certificateWatches.has(file)) watch.watch(0);
    for (const watch of this.#certificateWatches.values()) watch.watch(intervalMs);
  }

  #certificateWatch(file: string): FileWatch {
    return new FileWatch({
      file,
      known: fileDigestSync(file),
      onChange: () => this.#configuration?.reload('file').catch(() => {}),
      onUnreadable: ({ message }) => this.#logger.warn({ file, cause: message }, "a certificate's file cannot be read"),
    });
  }

  #signalled(): void {
    this.#isSignalled = this.#configuration === undefined;
    this.#configuration?.reload('signal').catch(() => {});
  }
}
