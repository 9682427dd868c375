/**
 * Logs: JSON lines or pretty text on standard output, one line per request at `info`, never a prompt, an answer or a key. A logger
 * belongs to its simulator: nothing here is global, so several simulators in one process keep apart.
 */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { destination, type Logger, type LoggerOptions, pino, stdTimeFunctions } from 'pino';

export type { Logger };

/** Lines are gathered up to this size before they are written: one write per request would stall the chunks behind it. */
const BUFFER_BYTES = 4_096;
const FLUSH_INTERVAL_MS = 200;
/** What waits for a reader of standard output that is slow or has stopped reading; lines beyond it are dropped and counted. */
const BACKLOG_BYTES_MAX = 8 * 1024 * 1024;
/** How long close() waits for such a reader. */
const CLOSE_TIMEOUT_MS = 1_000;

export interface LoggingOptions {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly format: 'json' | 'pretty';
}

/** Has the logger write what a configuration asks for from now on. */
export function setLogLevel(
  logger: Logger,
  {
    configuration,
  }: { readonly configuration: { readonly telemetry: { readonly logging: Pick<LoggingOptions, 'level'> } } },
): void {
  logger.level = configuration.telemetry.logging.level;
}

export interface LogSink {
  readonly logger: Logger;
  /** Resolves when everything is written, or after a second when nobody reads. What is logged from here on is ignored. */
  close(): Promise<void>;
}

/** The pretty printer is loaded only when it is asked for. */
export async function createLogSink({ level, format }: LoggingOptions): Promise<LogSink> {
  const options = {
    level,
    base: { pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  if (level === 'silent') return { logger: pino(options), close: async () => {} };
  if (format === 'pretty') {
    const { default: pretty } = await import('pino-pretty');
    const stream = pretty({ sync: true, colorize: process.stdout.isTTY === true });
    const logger = pino(options, stream);
    return { logger, close: () => end(logger, stream) };
  }
  return createJsonSink(options);
}

function createJsonSink(options: LoggerOptions): LogSink {
  const stream = destination({ dest: 1, sync: false, minLength: BUFFER_BYTES, maxLength: BACKLOG_BYTES_MAX });
  const logger = pino(options, stream);
  let dropped = 0;
  stream.on('drop', () => {
    dropped++;
  });
  const flush = setInterval(() => {
    stream.flush();
    if (dropped === 0) return;
    const lines = dropped;
    logger.warn({ lines }, 'log lines were dropped: standard output is not read fast enough');
    // The warning itself may have been dropped: then it is due again.
    dropped = dropped > lines ? lines : 0;
  }, FLUSH_INTERVAL_MS);
  flush.unref();
  return {
    logger,
    close: () => {
      clearInterval(flush);
      return end(logger, stream);
    },
  };
}

/** Ends the stream and waits until it has written everything, within bounds; a reader that has gone is nobody's problem. */
async function end(logger: Logger, stream: NodeJS.EventEmitter & { end(): void }): Promise<void> {
  logger.level = 'silent';
  const limit = new AbortController();
  const closed = once(stream, 'close', { signal: limit.signal }).catch(() => {});
  stream.end();
  await Promise.race([closed, sleep(CLOSE_TIMEOUT_MS, undefined, { signal: limit.signal }).catch(() => {})]);
  limit.abort();
}
