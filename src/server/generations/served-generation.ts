/**
 * What an acceptor serves under one generation of the configuration, as far as a request may need it after a later generation has taken
 * over.
 */
import type { ConfigurationSnapshot } from '../../config/snapshot.js';
import { ownSnapshot } from '../../config/snapshot-texts.js';
import type { SnapshotTexts } from '../../runtime/thread-notice.js';
import { RequestHeads } from '../request-heads.js';

export class ServedGeneration {
  readonly snapshot: ConfigurationSnapshot;
  /** What a worker thread is given of it. */
  readonly texts: SnapshotTexts;
  readonly heads: RequestHeads;
  readonly requestTimeoutUs: number;
  readonly stallLimitUs: number;

  /** @param snapshot what the texts hold, for whoever has it already */
  constructor(texts: SnapshotTexts, snapshot = ownSnapshot(texts)) {
    const { server } = snapshot.configuration;
    this.texts = texts;
    this.snapshot = snapshot;
    this.heads = new RequestHeads(snapshot);
    this.requestTimeoutUs = server.request_timeout_secs * 1e6;
    this.stallLimitUs = server.stall_limit_secs * 1e6;
  }

  get generation(): number {
    return this.texts.generation;
  }
}
