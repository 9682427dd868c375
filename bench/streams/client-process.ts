/** A client as the measuring process sees it: messages there, messages back, each kind of answer once per run. */
import { CLIENT_CORE, type StartedChild, startNode, stopChild } from './child-processes.js';

interface Message {
  readonly kind: string;
}

/** What an answer may take beyond the time that is planned for it. */
const GRACE_MS = 60_000;

export class ClientProcess<ToClient extends Message, FromClient extends Message> {
  readonly #child: StartedChild;
  readonly #answers = new Map<FromClient['kind'], FromClient>();
  #gone = false;
  /** Called when anything has changed. */
  #notify = (): void => {};

  /**
   * @param entry the client's module
   * @param core where it runs; anywhere when undefined
   */
  constructor(entry: string, core: string | undefined = CLIENT_CORE) {
    this.#child = startNode(core, ['--import', 'tsx', entry]);
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

  tell(message: ToClient): void {
    this.#child.process.send(message);
  }

  /** The answer of the kind, which may have come already. One call at a time. Rejects when the client dies or takes too long. */
  async hear<Kind extends FromClient['kind']>(kind: Kind, plannedMs = 0): Promise<Extract<FromClient, { kind: Kind }>> {
    const deadlineMs = performance.now() + plannedMs + GRACE_MS;
    for (;;) {
      const answer = this.#answers.get(kind);
      if (answer !== undefined) return answer as Extract<FromClient, { kind: Kind }>;
      const leftMs = deadlineMs - performance.now();
      if (this.#gone || leftMs <= 0) {
        const how = this.#gone ? 'ended before it said' : 'did not say in time';
        throw new Error(`the client ${how}: ${kind}\n${this.#child.output()}`);
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
