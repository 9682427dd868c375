/**
 * Watches the simulator behind a run, which may be the target itself or stand behind a gateway: looks at it before the run, once a second
 * while it goes on, and once more when a verdict about its end can be there. What is no simulator is not watched, and that is no error.
 *
 *   watchUpstream() ──look──▶ begin() ──look, every second──▶ end() ──look after VERDICT_MS──▶ reasons
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../../kernel/clock.js';
import type { InvalidityReason } from './contract.js';
import { judgeSaturation, type SaturationLook } from './saturation-judgement.js';
import { createSaturationProbe, type ProbeFinding, type SaturationProbe } from './saturation-probe.js';

const LOOK_INTERVAL_MS = 1_000;
/** A verdict reaches every process of a node within about two seconds of its cause. */
const VERDICT_MS = 2_200;
/** Looks that are kept, a day of them; a longer run is judged by its last day. */
const LOOKS_MAX = 86_400;

export interface UpstreamWatchOptions {
  /** Of the simulator; only its origin counts. */
  readonly url: string;
  /** For /admin/stats, where /health is not to be had. */
  readonly adminKey?: string;
  readonly warmUpSecs: number;
  readonly clock: Clock;
}

export interface UpstreamWatch {
  /** What the first look found; somebody else and somebody who does not answer are not watched. */
  readonly found: 'simulator' | 'other' | 'silent';
  /** The run starts. */
  begin(): void;
  /** The run is over, or broken off; resolves about two seconds later where there is a simulator. The signal saves the last look. */
  end(signal?: AbortSignal): Promise<InvalidityReason[]>;
}

/** Takes the first look. Rejects for a URL that is none. */
export async function watchUpstream(options: UpstreamWatchOptions): Promise<UpstreamWatch> {
  const probe = createSaturationProbe(options.url, options.adminKey);
  const finding = await probe.look();
  if (finding === 'other' || finding === 'silent') {
    return { found: finding, begin: () => {}, end: () => Promise.resolve([]) };
  }
  return new Watch(options, probe, finding);
}

class Watch implements UpstreamWatch {
  readonly found = 'simulator';
  readonly #options: UpstreamWatchOptions;
  readonly #probe: SaturationProbe;
  readonly #looks: SaturationLook[] = [];
  readonly #ended = new AbortController();
  #startUs = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(options: UpstreamWatchOptions, probe: SaturationProbe, before: ProbeFinding) {
    this.#options = options;
    this.#probe = probe;
    this.#note(before, Number.NEGATIVE_INFINITY);
  }

  begin(): void {
    this.#startUs = this.#options.clock.nowUs();
    this.#arm();
  }

  async end(signal?: AbortSignal): Promise<InvalidityReason[]> {
    clearTimeout(this.#timer);
    // What is being looked at would be the same a little earlier.
    this.#ended.abort();
    await this.#looking;
    await pause(VERDICT_MS, signal);
    if (signal?.aborted !== true) {
      const finding = await this.#probe.look(signal);
      if (!signal?.aborted) this.#note(finding, this.#elapsedSecs());
    }
    return judgeSaturation(this.#looks, this.#options.warmUpSecs);
  }

  #arm(): void {
    this.#timer = setTimeout(() => {
      this.#looking = this.#look();
    }, LOOK_INTERVAL_MS).unref();
  }

  async #look(): Promise<void> {
    const atSecs = this.#elapsedSecs();
    const finding = await this.#probe.look(this.#ended.signal);
    if (this.#ended.signal.aborted) return;
    this.#note(finding, atSecs);
    this.#arm();
  }

  #note(finding: ProbeFinding, atSecs: number): void {
    // One that has been a simulator and answers otherwise, such as a balancer without a backend, says nothing of how it fares.
    const verdict = typeof finding === 'string' ? undefined : finding;
    this.#looks.push({ atSecs, verdict });
    if (this.#looks.length > LOOKS_MAX) this.#looks.shift();
  }

  #elapsedSecs(): number {
    return (this.#options.clock.nowUs() - this.#startUs) / 1e6;
  }
}

/** Resolves at once when the signal is raised. */
async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
}
