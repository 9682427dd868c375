/** Why a run's figures may not be trusted. Codes never change; messages are for people and have the numbers. */
export type InvalidityCode =
  /** No request that counts has ended. */
  | 'nothing_measured'
  /** Arrivals found the plan's bound of requests in flight reached: what was sent is not what was asked for. */
  | 'not_sent'
  /** The generator sent later than intended. */
  | 'generator_late'
  /** The generator's threads were too busy to see chunks when they came. */
  | 'generator_busy'
  /** The simulator behind the run said that it was saturated. */
  | 'upstream_saturated'
  /** The simulator did not say how it fared. */
  | 'upstream_silent'
  /** No request got a connection. */
  | 'unreachable'
  /** Too many requests had not ended when the grace period was over. */
  | 'cut_at_end'
  /** A signal ended the run before its time. */
  | 'interrupted';

export interface InvalidityReason {
  readonly code: InvalidityCode;
  readonly message: string;
}
