/**
 * What has `serve` reload its configuration besides the admin API: SIGHUP, and a change of its file or of the certificate's. What comes of it is
 * in the log.
 */
import { isDeepStrictEqual } from 'node:util';
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
  #certificate: { readonly files: readonly string[]; readonly watch: FileWatch } | undefined;
  #configuration: ConfigurationDesk | undefined;
  /** A signal came before the start: what it is about may have changed after it was read. */
  #isSignalled = false;

  constructor({ digest, file, logger }: ReloadTriggersOptions) {
    this.#logger = logger;
    process.on('SIGHUP', () => this.#signalled());
    if (file === undefined) return;
    this.#watch = new FileWatch({
      files: [file],
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

  /** The certificate and its key as one: a reload between the writing of the two would find that they do not belong together. */
  #watchCertificate({ cert, enabled, key }: CertificateKeys, intervalMs: number): void {
    const files = enabled ? [cert, key].filter((file) => file !== null) : [];
    if (!isDeepStrictEqual(files, this.#certificate?.files ?? [])) {
      this.#certificate?.watch.watch(0);
      this.#certificate = files.length === 0 ? undefined : { files, watch: this.#certificateWatch(files) };
    }
    this.#certificate?.watch.watch(intervalMs);
  }

  #certificateWatch(files: readonly string[]): FileWatch {
    const digests = files.map(fileDigestSync);
    return new FileWatch({
      files,
      known: digests.includes(undefined) ? undefined : digests.join(' '),
      onChange: () => this.#configuration?.reload('file').catch(() => {}),
      onUnreadable: ({ message }) =>
        this.#logger.warn({ files, cause: message }, "a certificate's file cannot be read"),
    });
  }

  #signalled(): void {
    this.#isSignalled = this.#configuration === undefined;
    this.#configuration?.reload('signal').catch(() => {});
  }
}
