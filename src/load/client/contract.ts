/**
 * What sends numbered requests and says what became of each. A client belongs to one thread; its answers are read by src/load/answers.
 */
import type { Clock } from '../../kernel/clock.js';
import type { NumberedRequest, RequestRecord, Target } from '../contract.js';

export interface ClientOptions {
  readonly target: Target;
  /** From the sending to the answer's end; what takes longer ends as `timeout`. */
  readonly requestTimeoutMs: number;
  /** The run's start, as the clock tells it: times of records count from there. */
  readonly originUs: number;
  /** The machine's (kernel/clock.ts, machineClock) unless given: the same in every thread and process. */
  readonly clock?: Clock;
}

export interface SendOptions {
  /** From the run's start. */
  readonly intendedUs: number;
  /** Keep headers, events and texts in the record. */
  readonly capture?: boolean;
  /** Ends the request as `cancelled`. */
  readonly signal?: AbortSignal;
}

export interface LoadClient {
  /** Microseconds since the run's start, of the same clock as the records' times. */
  nowUs(): number;
  /** Sends it at once, on a connection of its own or one that lies idle. Never rejects: how it ended is the record's outcome. */
  send(request: NumberedRequest, options: SendOptions): Promise<RequestRecord>;
  /** Ends what is under way as `cancelled`, and closes all connections. Nothing may be sent afterwards. */
  close(): Promise<void>;
}
