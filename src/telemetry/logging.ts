/**
 * Logs: JSON lines or pretty text on standard output, one line per request at `info`, never a prompt, an answer or a key. A logger
 * belongs to its simulator: nothing here is global, so several simulators in one process keep apart.
 */
import { write as writeFile } from 'node:fs';
import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';
import type { LogLevel, ModuleLevels } from './log-levels.js';
import { LogOutput } from './log-output.js';
import { configureLogLevels, silence } from './module-logger.js';

export type { Logger };

/** Lines are gathered up to this size before they are written: one write per request would stall the chunks behind it. */
const BUFFER_BYTES = 4_096;
const FLUSH_INTERVAL_MS = 200;
/** What waits for a reader of standard output that is slow or has stopped reading; lines beyond it are dropped and counted. */
const BACKLOG_BYTES_MAX = 8 * 1024 * 1024;
/** How long close() waits for such a reader. */
const CLOSE_TIMEOUT_MS = 1_000;

export interface LoggingOptions {
  readonly level: LogLevel;
  readonly modules?: ModuleLevels;
  readonly format: 'json' | 'pretty';
}

export interface LogSink {
  readonly logger: Logger;
  /** How many lines could not be written since the start. */
  readonly dropped: () => number;
  /** Resolves when everything is written, or after a second when nobody reads. What is logged from here on is ignored. */
  close(): Promise<void>;
}

/** The pretty printer is loaded only when it is asked for, and standard output is touched only when there is something to be written. */
export async function createLogSink({ format, level, modules = {} }: LoggingOptions): Promise<LogSink> {
  const options = {
    level,
    base: { pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  let output: LogOutput | undefined;
  const write = (line: string): void => {
    output ??= createOutput(() => logger);
    output.write(line);
  };
  const logger: Logger = pino(options, format === 'pretty' ? await prettyStream(write) : { write });
  configureLogLevels(logger, { level, modules });
  return {
    logger,
    dropped: () => output?.dropped ?? 0,
    close: async () => {
      silence(logger);
      await output?.close(CLOSE_TIMEOUT_MS);
    },
  };
}

function createOutput(logger: () => Logger): LogOutput {
  return new LogOutput({
    descriptor: 1,
    bufferBytes: BUFFER_BYTES,
    flushIntervalMs: FLUSH_INTERVAL_MS,
    backlogBytesMax: BACKLOG_BYTES_MAX,
    onFailing: sayOnStandardError,
    onDropped: (lines, reason) => logger().warn({ lines }, `log lines were dropped: ${reason}`),
  });
}

async function prettyStream(write: (line: string) => void): Promise<DestinationStream> {
  const { prettyFactory } = await import('pino-pretty');
  const format = prettyFactory({ colorize: process.stdout.isTTY === true });
  return { write: (line) => write(format(line)) };
}

/** The only other way out. A process whose standard error is closed too goes on all the same. */
function sayOnStandardError(code: string): void {
  const text = `llm-simulator ${process.pid}: standard output cannot be written (${code}): log lines are dropped until it can\n`;
  writeFile(2, text, () => {});
}
