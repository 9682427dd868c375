/** Keeps an answer as it came, for comparisons: headers, events, when each was there, and what it says. Bounded as the answer is. */
import type { Capture } from '../contract.js';
import type { AnswerHeaders } from './contract.js';

export class CaptureRecorder {
  readonly #headers: Record<string, string> = {};
  readonly #events: string[] = [];
  readonly #names: string[] = [];
  readonly #timesUs: number[] = [];
  readonly #texts: string[] = [];

  head(headers: AnswerHeaders): void {
    for (const [name, value] of Object.entries(headers)) {
      if (value !== undefined) this.#headers[name.toLowerCase()] = typeof value === 'string' ? value : value.join(', ');
    }
  }

  event(data: string, name: string, text: string, atUs: number): void {
    this.#events.push(data);
    this.#names.push(name);
    this.#texts.push(text);
    this.#timesUs.push(atUs);
  }

  capture(): Capture {
    return {
      headers: this.#headers,
      events: this.#events,
      eventNames: this.#names,
      eventTimesUs: new Uint32Array(this.#timesUs),
      texts: this.#texts,
    };
  }
}
