/**
 * Our own errors: what goes wrong with the simulator itself, as opposed to the provider errors it imitates (src/errors).
 * Every Failure has a code that never changes, a message that names what happened, and a hint that says what to do.
 */
export type FailureCode =
  | 'CONFIG_INVALID'
  | 'CONFIG_UNREADABLE'
  | 'PORT_IN_USE'
  | 'PORT_NOT_PERMITTED'
  | 'TRANSPORT_UNAVAILABLE'
  | 'START_FAILED'
  | 'ACCEPTORS_LOST'
  | 'USAGE_INVALID'
  | 'INPUT_INVALID'
  | 'OUTPUT_FAILED'
  | 'UPSTREAM_UNREADABLE'
  | 'INTERNAL';

export class Failure extends Error {
  readonly code: FailureCode;
  readonly hint: string;

  constructor(code: FailureCode, message: string, options: { hint: string; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Failure';
    this.code = code;
    this.hint = options.hint;
  }
}
