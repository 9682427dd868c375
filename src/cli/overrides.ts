/** The flags of `serve` as overrides of single configuration keys, the highest layer. */
import type { ScenarioFlag } from './scenario-flag.js';

export interface ServeFlags {
  readonly config?: string;
  readonly host?: string;
  readonly port?: number;
  readonly seed?: number;
  readonly logLevel?: string;
  readonly watch?: boolean;
  /** Active from the start, in place of those that the configuration names. */
  readonly scenario?: readonly ScenarioFlag[];
}

interface Override {
  readonly path: readonly string[];
  readonly value: unknown;
  readonly origin: string;
}

const KEYS: { readonly [flag in Exclude<keyof ServeFlags, 'config'>]: { path: readonly string[]; origin: string } } = {
  host: { path: ['server', 'host'], origin: '--host' },
  port: { path: ['server', 'port'], origin: '--port' },
  seed: { path: ['simulation', 'seed'], origin: '--seed' },
  watch: { path: ['server', 'config_watch', 'enabled'], origin: '--watch' },
  logLevel: { path: ['telemetry', 'logging', 'level'], origin: '--log-level' },
  scenario: { path: ['simulation', 'active_scenarios'], origin: '--scenario' },
};

export function overridesOf(flags: ServeFlags): Override[] {
  return Object.entries(KEYS).flatMap(([flag, { path, origin }]) => {
    const value = flags[flag as keyof ServeFlags];
    return value === undefined ? [] : [{ path, value, origin }];
  });
}
