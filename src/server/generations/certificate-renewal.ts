/**
 * Has the transport take the certificate of another generation of the configuration, where that is not the one it serves with. The files were
 * checked when the generation was loaded; what happens to them between then and here leaves the certificate as it is, and is logged.
 */
import type { ConfigurationSnapshot } from '../../config/snapshot.js';
import type { Logger } from '../../telemetry/logging.js';
import type { CertificateFiles, Transport } from '../transport/contract.js';
import type { Reconfigured } from './reconfigured.js';

export interface CertificateRenewalOptions {
  readonly snapshot: ConfigurationSnapshot;
  readonly transport: Pick<Transport, 'renewCertificate'>;
  readonly logger: Logger;
  readonly filesOf: (snapshot: ConfigurationSnapshot) => CertificateFiles | undefined;
}

export class CertificateRenewal implements Reconfigured {
  readonly #options: CertificateRenewalOptions;
  #digest: string | undefined;

  constructor(options: CertificateRenewalOptions) {
    this.#options = options;
    this.#digest = options.snapshot.certificate?.digest;
  }

  reconfigure(snapshot: ConfigurationSnapshot): void {
    const { certificate } = snapshot;
    const { filesOf, logger, transport } = this.#options;
    const files = filesOf(snapshot);
    if (certificate === undefined || files === undefined || certificate.digest === this.#digest) return;
    const before = this.#digest;
    this.#digest = certificate.digest;
    const cert = files.certFile;
    transport.renewCertificate(files).then(
      () => logger.info({ cert, valid_to: new Date(certificate.validToMs).toISOString() }, 'certificate renewed'),
      (cause: Error) => {
        // The next reload tries again.
        this.#digest = before;
        logger.error({ cert, cause: cause.message }, 'certificate not renewed; the one before goes on to serve');
      },
    );
  }
}
