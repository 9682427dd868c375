/**
 * The node's steering: what operators changed at run time, as one JSON text that every acceptor sends along with its requests. Lives once
 * per node.
 *
 * Invariant: set() resolves when the text holds in every process, so that a request sent after that sees it.
 */
import { STEERING_CHARS_MAX } from '../../runtime/render-request.js';

/** Has the text hold in every acceptor; resolves when it does. */
export type SpreadSteering = (steering: string | undefined) => Promise<void>;

export class SteeringDesk {
  readonly #spread: SpreadSteering;
  #text: string | undefined;

  constructor(spread: SpreadSteering) {
    this.#spread = spread;
  }

  /** What an acceptor that starts has to begin with. */
  get text(): string | undefined {
    return this.#text;
  }

  /** @param text JSON in ASCII, at most STEERING_CHARS_MAX long; undefined where nothing is changed */
  async set(text: string | undefined): Promise<void> {
    if (text !== undefined && text.length > STEERING_CHARS_MAX)
      throw new RangeError(`steering of ${text.length} characters is more than a request can carry`);
    this.#text = text;
    await this.#spread(text);
  }
}
