/**
 * Logs: JSON lines or pretty text on standard output, one line per request at `info`, never a prompt, an answer or a key. A logger
 * belongs to its simulator: nothing here is global, so several simulators in one process keep apart.
 */
import { destination, type Logger, pino, stdTimeFunctions } from 'pino';

export type { Logger };

/** Lines are gathered up to this size before they are written: one write per request would stall the chunks behind it. */
const BUFFER_BYTES = 4_096;
const FLUSH_INTERVAL_MS = 200;

export interface LoggingOptions {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly format: 'json' | 'pretty';
}

export interface LogSink {
  readonly logger: Logger;
  /** Writes what is gathered and stops the flush timer. */
  close(): void;
}

/** The pretty printer is loaded only when it is asked for. */
export async function createLogSink({ level, format }: LoggingOptions): Promise<LogSink> {
  const options = {
    level,
    base: { pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  if (level === 'silent') return { logger: pino(options), close: () => {} };
  if (format === 'pretty') {
    const { default: pretty } = await import('pino-pretty');
    const stream = pretty({ sync: true, colorize: process.stdout.isTTY === true });
    return { logger: pino(options, stream), close: () => stream.end() };
  }
  const stream = destination({ dest: 1, sync: false, minLength: BUFFER_BYTES });
  const flush = setInterval(() => stream.flush(), FLUSH_INTERVAL_MS);
  flush.unref();
  return {
    logger: pino(options, stream),
    close: () => {
      clearInterval(flush);
      try {
        stream.flushSync();
      } catch {
        // Standard output is gone or was never ready: there is nowhere left to say so.
      }
    },
  };
}
