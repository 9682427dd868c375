/**
 * The loggers of a program's parts: each names its module in every line and has the level that holds for it. They belong to the logger that
 * they were made of; nothing here is global, so several simulators in one process keep apart.
 *
 * Invariant: whatever is configured or overridden holds for every logger of the family, also for those that are made later.
 */
import type { Logger } from 'pino';
import type { LogLevels, LogModule } from './log-levels.js';

interface Family {
  /** By module. */
  readonly loggers: Map<LogModule, Logger>;
  configured: LogLevels;
  /** What an operator has said at run time. */
  override: LogLevels | undefined;
}

const families = new WeakMap<Logger, Family>();

/** The module's logger; the same each time. */
export function moduleLogger(root: Logger, module: LogModule): Logger {
  const family = familyOf(root);
  const known = family.loggers.get(module);
  if (known !== undefined) return known;
  const logger = root.child({ module });
  family.loggers.set(module, logger);
  apply(root, family);
  return logger;
}

/** From now on this holds, unless something was said at run time. */
export function configureLogLevels(root: Logger, configured: LogLevels): void {
  const family = familyOf(root);
  family.configured = configured;
  apply(root, family);
}

/** The same of what a configuration says. */
export function reconfigureLogLevels(root: Logger, { configuration }: LoggedConfiguration): void {
  const { level, modules } = configuration.telemetry.logging;
  configureLogLevels(root, { level, modules });
}

/** As far as it is about logs. */
export interface LoggedConfiguration {
  readonly configuration: { readonly telemetry: { readonly logging: LogLevels } };
}

/** From now on this holds; undefined for what is configured. */
export function overrideLogLevels(root: Logger, override: LogLevels | undefined): void {
  const family = familyOf(root);
  family.override = override;
  apply(root, family);
}

/** What is configured, and what holds instead. */
export function logLevelsOf(root: Logger): {
  readonly configured: LogLevels;
  readonly override: LogLevels | undefined;
} {
  return familyOf(root);
}

/** Nothing is logged any more. */
export function silence(root: Logger): void {
  overrideLogLevels(root, { level: 'silent', modules: {} });
}

function familyOf(root: Logger): Family {
  const known = families.get(root);
  if (known !== undefined) return known;
  const configured = { level: root.level as LogLevels['level'], modules: {} };
  const family = { loggers: new Map(), configured, override: undefined };
  families.set(root, family);
  return family;
}

function apply(root: Logger, { configured, loggers, override }: Family): void {
  const { level, modules } = override ?? configured;
  root.level = level;
  for (const [module, logger] of loggers) logger.level = modules[module] ?? level;
}
