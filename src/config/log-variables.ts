/**
 * The variables that filter the log: LLM_SIM_LOG, and RUST_LOG where that is not set. What they say of all lines becomes telemetry.logging.level,
 * what they say of modules telemetry.logging.modules. LLM_SIM_LOG is ours, so everything in it has to mean something; RUST_LOG may be meant for
 * others, so what does not is passed over.
 */
import { LOG_LEVELS, LOG_MODULES, type LogFilter, parseLogFilter, parseRustLog } from '../telemetry/log-levels.js';
import type { Environment } from './environment.js';
import { type Layer, singleValueLayer } from './layers.js';
import type { ConfigurationProblem, Origin } from './problems.js';
import { suggestChoice } from './suggestions.js';

const SECTION = ['telemetry', 'logging'];
const OWN = 'LLM_SIM_LOG';
const RUST = 'RUST_LOG';

export function logVariableLayers(environment: Environment): { layers: Layer[]; problems: ConfigurationProblem[] } {
  const own = environment[OWN];
  if (own !== undefined && own.trim() !== '') {
    const origin = { kind: 'environment', variable: OWN } as const;
    const filter = parseLogFilter(own);
    return { layers: layersOf(filter, origin), problems: problemsOf(filter, origin) };
  }
  const rust = environment[RUST];
  if (rust === undefined) return { layers: [], problems: [] };
  return { layers: layersOf(parseRustLog(rust), { kind: 'environment', variable: RUST }), problems: [] };
}

function layersOf({ level, modules }: Omit<LogFilter, 'problems'>, origin: Origin): Layer[] {
  const layers = level === undefined ? [] : [singleValueLayer([...SECTION, 'level'], level, origin)];
  for (const [module, own] of Object.entries(modules))
    layers.push(singleValueLayer([...SECTION, 'modules', module], own, origin));
  return layers;
}

function problemsOf({ problems }: LogFilter, origin: Origin): ConfigurationProblem[] {
  const words = [...LOG_LEVELS, ...Object.keys(LOG_MODULES)];
  return problems.map(({ message, word }) => {
    const suggestion = suggestChoice(word, words);
    const valid = `has a part that means nothing: ${message}; valid are level and module=level, separated by commas`;
    return {
      path: [...SECTION, 'modules'].join('.'),
      message: `${valid}; levels: ${LOG_LEVELS.join(', ')}; modules: ${Object.keys(LOG_MODULES).join(', ')}`,
      origin,
      ...(suggestion === undefined ? {} : { suggestion }),
    };
  });
}
