/** The timing client as the measuring process sees it. */
import { join } from 'node:path';
import { CLIENT_CORE, type StartedChild, startNode, stopChild } from '../streams/child-processes.js';
import type { ClientPlan, FromClient, ToClient } from './client-messages.js';

type Answer<Kind extends FromClient['kind']> = Extract<FromClient, { kind: Kind }>;

/** What an answer may take beyond the time that is planned for it. */
const GRACE_MS = 60_000;

export class TimingClientProcess {
  readonly #child: StartedChild;
  readonly #answers = new Map<FromClient['kind'], FromClient>();
  #gone = false;
  /** Called when anything has changed. */
  #notify = (): void => {};

  constructor() {
    this.#child = startNode(CLIENT_CORE, ['--import', 'tsx', join(import.meta.dirname, 'timing-client.ts')]);
    this.#child.process.on('message', (message: FromClient) => {
      this.#answers.set(message.kind, message);
      this.#notify();
    });
    this.#child.process.on('exit', () => {
      this.#gone = true;
      this.#notify();
    });
  }

  get pid(): number {
    return this.#child.process.pid!;
  }

  run(plan: ClientPlan): void {
    this.#child.process.send({ kind: 'run', plan } satisfies ToClient);
  }

  /** The answer of the kind, which may have come already. One call at a time. Rejects when the client dies or takes too long. */
  async hear<Kind extends FromClient['kind']>(kind: Kind, plannedMs = 0): Promise<Answer<Kind>> {
    const deadlineMs = performance.now() + plannedMs + GRACE_MS;
    for (;;) {
      const answer = this.#answers.get(kind);
      if (answer !== undefined) return answer as Answer<Kind>;
      const leftMs = deadlineMs - performance.now();
      if (this.#gone || leftMs <= 0) {
        const how = this.#gone ? 'ended before it said' : 'did not say in time';
        throw new Error(`the timing client ${how}: ${kind}\n${this.#child.output()}`);
      }
      await this.#change(leftMs);
    }
  }

  stop(): Promise<void> {
    return stopChild(this.#child);
  }

  #change(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#notify = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
