/**
 * One thread that exports spans, as the process that feeds it sees it: how many of the records it was given are still there, and that it ends
 * once. Invariant: every record sent is told of once, as sent or as lost with the thread.
 */
import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { TracedRequest } from './request-record.js';
import type { FromExporter, ToExporter } from './span-messages.js';
import type { ExportTask } from './tracing-settings.js';

/** 4,096 spans and the packages take less than 60 MB: a thread that needs more has gone wrong, and must not take the process with it. */
const HEAP_MB_MAX = 128;

const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const filename = fileURLToPath(new URL(`../../../workers/export-spans.${ending}`, import.meta.url));

/** What the thread is given. */
export interface ExportThreadEnds {
  readonly task: ExportTask;
  readonly port: MessagePort;
}

export interface ExportThreadHandler {
  /** Spans left for good. @param failure why some were dropped */
  readonly onSent: (exported: number, dropped: number, failure: string | undefined) => void;
  /** The thread is gone. @param lost records that it had @param cause undefined where it was told to end */
  readonly onGone: (lost: number, cause: string | undefined) => void;
}

export class ExportThread {
  readonly #handler: ExportThreadHandler;
  readonly #piscina: Piscina;
  readonly #port: MessagePort;
  readonly #flushes = new Map<number, () => void>();
  #flushNumber = 0;
  #pending = 0;
  #isEnding = false;
  #killTimer: NodeJS.Timeout | undefined;

  constructor(task: ExportTask, handler: ExportThreadHandler) {
    this.#handler = handler;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.on('message', (message: FromExporter) => this.#take(message));
    // Spans on their way are no reason for a process to stay.
    port1.unref();
    this.#piscina = new Piscina({
      filename,
      minThreads: 1,
      maxThreads: 1,
      atomics: 'disabled',
      recordTiming: false,
      env: withoutExporterVariables(process.env),
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX },
    });
    this.#piscina.on('error', () => {});
    const ends: ExportThreadEnds = { task, port: port2 };
    this.#piscina.run(ends, { transferList: [port2] }).then(
      () => this.#gone(undefined),
      (cause: unknown) => this.#gone(cause instanceof Error ? cause.message : String(cause)),
    );
  }

  /** Records that are neither sent nor lost so far. */
  get pending(): number {
    return this.#pending;
  }

  send(requests: readonly TracedRequest[]): void {
    this.#pending += requests.length;
    this.#tell({ kind: 'requests', requests });
  }

  /** Resolves when everything sent so far is out, when the thread is gone, or after the time. */
  flush(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const id = ++this.#flushNumber;
      const timer = setTimeout(() => this.#flushed(id), timeoutMs);
      this.#flushes.set(id, () => {
        clearTimeout(timer);
        resolve();
      });
      this.#tell({ kind: 'flush', id });
    });
  }

  /** Lets it send what it has, for at most the time. */
  end(timeoutMs: number): void {
    this.#isEnding = true;
    this.#tell({ kind: 'end' });
    this.#killTimer = setTimeout(() => void this.kill(), timeoutMs).unref();
  }

  async kill(): Promise<void> {
    this.#isEnding = true;
    await this.#piscina.destroy();
  }

  #tell(message: ToExporter): void {
    this.#port.postMessage(message);
  }

  #take(message: FromExporter): void {
    if (message.kind === 'flushed') {
      this.#flushed(message.id);
      return;
    }
    this.#pending -= message.exported + message.dropped;
    this.#handler.onSent(message.exported, message.dropped, message.failure);
  }

  #flushed(id: number): void {
    const resolve = this.#flushes.get(id);
    this.#flushes.delete(id);
    resolve?.();
  }

  #gone(cause: string | undefined): void {
    clearTimeout(this.#killTimer);
    this.#port.close();
    void this.#piscina.destroy();
    for (const id of [...this.#flushes.keys()]) this.#flushed(id);
    const lost = this.#pending;
    this.#pending = 0;
    this.#handler.onGone(lost, this.#isEnding ? undefined : (cause ?? 'the thread that exports spans has ended'));
  }
}

/** What the exporters would read besides their settings, which say everything: the configuration alone decides. */
function withoutExporterVariables(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('OTEL_')));
}
