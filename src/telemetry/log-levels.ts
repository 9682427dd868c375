/**
 * Which lines of the log are written: a level for all of them, and levels of their own for parts of the program, its modules. What the
 * configuration says holds until an operator says otherwise at run time, and again when that is taken back.
 *
 *   "warn,http=debug"    only warnings and worse, but of the module http everything from debug on
 */

/** From the most to the least talkative. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Each with what it tells. */
export const LOG_MODULES = {
  http: 'Requests: the access line of each at info, when one begins at debug; those that are refused at once.',
  admin: 'What operators do by the admin API, scenarios and overrides that expire, and refused access.',
  cluster: 'Processes of the node: started, lost, replaced, drained; their messages at trace.',
  config: 'Reloads, warnings about the configuration, and the certificate.',
  saturation: 'When measurements cannot be trusted, backpressure, and open files.',
  state: 'The store that processes or nodes share.',
  tracing: 'The export of spans.',
  workers: 'Worker threads and what they could not render.',
} as const;

export type LogModule = keyof typeof LOG_MODULES;
export type ModuleLevels = { readonly [module in LogModule]?: LogLevel | undefined };

export interface LogLevels {
  readonly level: LogLevel;
  readonly modules: ModuleLevels;
}

/** A part of a filter that means nothing. */
export interface FilterProblem {
  /** The word of it that does not. */
  readonly word: string;
  readonly message: string;
}

export interface LogFilter {
  /** Undefined where the filter says nothing of lines in general. */
  readonly level: LogLevel | undefined;
  readonly modules: ModuleLevels;
  readonly problems: readonly FilterProblem[];
}

/** More modules than there are need no filter. */
const PARTS_MAX = 64;
/** As much of a part as a message repeats. */
const SHOWN_CHARS = 40;
/** Other words for levels, as RUST_LOG has them. */
const SYNONYMS: { readonly [word: string]: LogLevel | undefined } = { off: 'silent', warning: 'warn', fatal: 'error' };

/** Reads `level` and `module=level`, separated by commas; a module alone means everything of it. Later parts win. */
export function parseLogFilter(text: string): LogFilter {
  let level: LogLevel | undefined;
  const modules: { [module in LogModule]?: LogLevel } = {};
  const problems: FilterProblem[] = [];
  for (const part of partsOf(text)) {
    const [name, value, ...rest] = part.split('=').map((word) => word.trim());
    const own = levelOf(name);
    if (value === undefined && own !== undefined) level = own;
    else if (!isModule(name))
      problems.push({ word: name, message: `"${shown(name)}" is neither a level nor a module` });
    else if (value === undefined) modules[name] = 'trace';
    else {
      const moduleLevel = rest.length === 0 ? levelOf(value) : undefined;
      if (moduleLevel === undefined) problems.push({ word: value, message: `"${shown(value)}" is not a level` });
      else modules[name] = moduleLevel;
    }
  }
  return { level, modules, problems };
}

/**
 * What RUST_LOG says that has a meaning here: levels, and levels of llm_simulator and its modules (`llm_simulator::http=debug`). What it says
 * of other programs' parts is passed over: the variable may have been set for them.
 */
export function parseRustLog(text: string): Omit<LogFilter, 'problems'> {
  const own = partsOf(text).flatMap((part) => {
    const [target, value] = part.split('=').map((word) => word.trim());
    if (value === undefined) return levelOf(target) === undefined ? [] : [target];
    const [crate, module] = target.split('::');
    if (crate !== 'llm_simulator' && crate !== 'llm-simulator') return [];
    return [module === undefined ? value : `${module}=${value}`];
  });
  const { level, modules } = parseLogFilter(own.join(','));
  return { level, modules };
}

/** As parseLogFilter() reads it. */
export function filterText({ level, modules }: LogLevels): string {
  const parts = Object.entries(modules).filter(([, own]) => own !== undefined);
  return [level, ...parts.map(([module, own]) => `${module}=${own}`)].join(',');
}

export function isModule(name: string): name is LogModule {
  return Object.hasOwn(LOG_MODULES, name);
}

function levelOf(word: string): LogLevel | undefined {
  const lower = word.toLowerCase();
  return LOG_LEVELS.find((level) => level === lower) ?? (Object.hasOwn(SYNONYMS, lower) ? SYNONYMS[lower] : undefined);
}

function partsOf(text: string): string[] {
  return text
    .split(',', PARTS_MAX)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

const shown = (text: string): string => text.slice(0, SHOWN_CHARS);
