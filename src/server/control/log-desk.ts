/**
 * The levels of the node's logs as they are changed at run time, by the admin API or a signal: in this process at once, and in all others.
 * They hold until they are taken back, also over a reload of the configuration; a process that starts gets them with its start.
 */
import { filterText, type LogLevels } from '../../telemetry/log-levels.js';
import type { Logger } from '../../telemetry/logging.js';
import { logLevelsOf, overrideLogLevels } from '../../telemetry/module-logger.js';

/** Has the levels hold in every other process; undefined for what is configured. Resolves when they do. */
export type SpreadLogLevels = (levels: LogLevels | undefined) => Promise<void>;

/** Who changed them. */
export type LogTrigger = 'api' | 'signal';

const EVERYTHING_AT_DEBUG: LogLevels = { level: 'debug', modules: {} };

export class LogDesk {
  /** Of the node, not of a module: who changes levels is told by the line that any of them lets through. */
  readonly #logger: Logger;
  readonly #spread: SpreadLogLevels;
  /** What held before the signal; undefined while none has come. */
  #before: { readonly override: LogLevels | undefined } | undefined;

  constructor(logger: Logger, spread: SpreadLogLevels) {
    this.#logger = logger;
    this.#spread = spread;
  }

  /** What the configuration says. */
  get configured(): LogLevels {
    return logLevelsOf(this.#logger).configured;
  }

  /** What was said at run time. */
  get override(): LogLevels | undefined {
    return logLevelsOf(this.#logger).override;
  }

  /** Resolves when it holds in every process. @param levels undefined for what is configured */
  change(levels: LogLevels | undefined, trigger: LogTrigger): Promise<void> {
    this.#before = undefined;
    return this.#set(levels, trigger);
  }

  /** Everything at debug, and at the next call what held before. */
  toggleDebug(): Promise<void> {
    const before = this.#before;
    this.#before = before === undefined ? { override: this.override } : undefined;
    return this.#set(before === undefined ? EVERYTHING_AT_DEBUG : before.override, 'signal');
  }

  #set(levels: LogLevels | undefined, trigger: LogTrigger): Promise<void> {
    const from = filterText(this.override ?? this.configured);
    const facts = { trigger, from, to: filterText(levels ?? this.configured) };
    // Said while either lets it through.
    const isSaid = this.#logger.isLevelEnabled('info');
    if (isSaid) this.#logger.info(facts, 'log levels changed');
    overrideLogLevels(this.#logger, levels);
    if (!isSaid) this.#logger.info(facts, 'log levels changed');
    return this.#spread(levels);
  }
}
