/** A part of an acceptor, or of a node, that takes another generation of the configuration while it works. */
import type { ConfigurationSnapshot } from '../../config/snapshot.js';

export interface Reconfigured {
  /** From now on the snapshot holds. Has nothing that can fail: what could was checked before. */
  reconfigure(snapshot: ConfigurationSnapshot): void;
}
