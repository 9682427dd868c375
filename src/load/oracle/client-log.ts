/** What a run's client knows of its requests, as far as the oracle needs it: some hundred bytes each, whatever the length of the answers. */
import type { Outcome, RequestRecord, RunSink } from '../contract.js';

/** Requests beyond are not looked at, and the result says so. */
const REQUESTS_MAX = 500_000;

export interface ClientRequest {
  /** The value of x-llm-sim-request-id, or whatever else the upstream can tell it by. */
  readonly key: string;
  /** From the run's start. */
  readonly sentUs: number;
  /** When the answer ended, or the client left. */
  readonly endedUs: number;
  readonly outcome: Outcome;
  readonly status: number | undefined;
  /** Position among the identities; -1 where there are none. */
  readonly identity: number;
}

export class ClientLog implements RunSink {
  readonly requests: ClientRequest[] = [];
  /** How many were beyond the bound. */
  left = 0;

  record({ endUs, identity, key, outcome, sentUs, status }: RequestRecord): void {
    if (this.requests.length === REQUESTS_MAX) this.left++;
    else this.requests.push({ key, sentUs, endedUs: sentUs + endUs, outcome, status, identity });
  }
}
