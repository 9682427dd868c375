/**
 * Faults and latency as operators override them at run time. What is overridden is part of the node's steering; names tell overrides of a sort
 * apart, and giving one again replaces it and makes it the latest.
 */

import { matchedEndpointFindings, matchedModelFindings } from '../../config/fault-checks.js';
import { type RunTimeRule, runTimeRuleFindings } from '../../config/run-time-rules.js';
import type { Configuration } from '../../config/schema/configuration.js';
import type { ConfigurationSnapshot } from '../../config/snapshot.js';
import { suggestChoice } from '../../config/suggestions.js';
import { requestHeaderNames } from '../../engine/request-headers.js';
import { providers } from '../../providers/registry.js';
import {
  FAULT_OVERRIDES_MAX,
  LATENCY_OVERRIDES_MAX,
  type LatencyOverride,
  type Match,
} from '../../scenarios/contract.js';
import { withoutSecrets } from '../../scenarios/description.js';
import type { Logger } from '../../telemetry/logging.js';
import { invalid, refuse } from './call-check.js';
import { AdminError } from './operation.js';
import type { SteeringDesk } from './steering-desk.js';

export interface OverrideDeskOptions {
  readonly steering: SteeringDesk;
  /** The generation of the configuration that holds. */
  readonly snapshot: () => ConfigurationSnapshot;
  /** The name of the one that runs; undefined before one does. */
  readonly transport: () => string | undefined;
  readonly logger: Logger;
}

type Lasting = { readonly duration_seconds?: number | null };
export type FaultRequest = RunTimeRule & Lasting;
export type LatencyRequest = Lasting & {
  readonly factor?: number;
  readonly ttft_ms?: number;
  readonly itl_ms?: number;
  readonly match?: Match;
};

export interface FaultOverrideDocument {
  readonly name: string;
  /** Whether a rule of the configuration has the name: this one stands in its place. */
  readonly replaces_configured: boolean;
  readonly expires_at: string | null;
  readonly rule: object;
}

export interface LatencyOverrideDocument {
  readonly name: string;
  readonly factor: number | null;
  readonly ttft_ms: number | null;
  readonly itl_ms: number | null;
  readonly match: object;
  readonly expires_at: string | null;
}

export class OverrideDesk {
  readonly #options: OverrideDeskOptions;

  constructor(options: OverrideDeskOptions) {
    this.#options = options;
  }

  /** The configured rules, and those of operators in the order in which they are asked. */
  faults() {
    const { faults } = this.#configuration;
    const overrides = this.#options.steering.current.faults.map(({ name }) => this.fault(name));
    const replaced = new Set(overrides.map(({ name }) => name));
    return {
      enabled: faults.enabled,
      rules: faults.rules.map((rule) => ({
        name: rule.name,
        in_effect: faults.enabled && (rule.enabled ?? true) && !replaced.has(rule.name),
        rule: shownRule(rule),
      })),
      overrides,
    };
  }

  /** @throws AdminError 404 */
  fault(name: string): FaultOverrideDocument {
    const { steering } = this.#options;
    const { rule, untilUs } = namedIn(steering.current.faults, name);
    const isConfigured = this.#configuration.faults.rules.some((configured) => configured.name === name);
    return { name, replaces_configured: isConfigured, expires_at: steering.wallTime(untilUs), rule: shownRule(rule) };
  }

  /** Resolves when every process has taken it in. @throws AdminError 409, 422, 503 */
  async setFault(name: string, { duration_seconds: secs, ...rule }: FaultRequest): Promise<FaultOverrideDocument> {
    const headers = providers.map((provider) => requestHeaderNames(provider, this.#options.snapshot()));
    const common = headers.reduce((kept, names) => kept.filter((header) => names.includes(header)));
    const findings = runTimeRuleFindings(rule, this.#configuration as Configuration, common, this.#options.transport());
    refuse('invalid_rule', 'The rule', findings);
    const { logger, steering } = this.#options;
    const untilUs = steering.endOf(secs);
    await steering.change((current) => {
      const faults = [...withoutName(current.faults, name), { name, rule, untilUs }];
      if (faults.length > FAULT_OVERRIDES_MAX) throw tooMany(FAULT_OVERRIDES_MAX);
      return { ...current, faults };
    });
    const document = this.fault(name);
    logger.info({ rule: name, expires_at: document.expires_at }, 'fault overridden');
    return document;
  }

  /** @throws AdminError 404, 503 */
  async removeFault(name: string): Promise<void> {
    const { logger, steering } = this.#options;
    namedIn(steering.current.faults, name);
    await steering.change((current) => ({ ...current, faults: withoutName(current.faults, name) }));
    logger.info({ rule: name }, 'fault override removed');
  }

  /** @returns how many there were @throws AdminError 503 */
  async removeFaults(): Promise<number> {
    const { logger, steering } = this.#options;
    const { length } = steering.current.faults;
    await steering.change((current) => ({ ...current, faults: [] }));
    logger.info({ removed: length }, 'fault overrides removed');
    return length;
  }

  /** In the order in which they were given. */
  latencies(): LatencyOverrideDocument[] {
    return this.#options.steering.current.latency.map(({ name }) => this.latency(name));
  }

  /** @throws AdminError 404 */
  latency(name: string): LatencyOverrideDocument {
    const { steering } = this.#options;
    const { factor, itlMs, match, ttftMs, untilUs } = namedIn(steering.current.latency, name);
    const times = { factor: factor ?? null, ttft_ms: ttftMs ?? null, itl_ms: itlMs ?? null };
    return { name, ...times, match, expires_at: steering.wallTime(untilUs) };
  }

  /** Resolves when every process has taken it in. @throws AdminError 409, 422, 503 */
  async setLatency(name: string, request: LatencyRequest): Promise<LatencyOverrideDocument> {
    const { duration_seconds: secs, factor, itl_ms: itlMs, match = {}, ttft_ms: ttftMs } = request;
    if (factor === undefined && itlMs === undefined && ttftMs === undefined) {
      const message = 'is required, or ttft_ms, or itl_ms';
      throw invalid('invalid_body', 'The body', [{ param: 'factor', message }]);
    }
    refuse('invalid_body', 'The body', [
      ...matchedModelFindings(['match', 'model'], match.model, this.#configuration as Configuration, () => true),
      ...matchedEndpointFindings(['match', 'endpoint'], match.endpoint),
    ]);
    const { logger, steering } = this.#options;
    const override: LatencyOverride = {
      name,
      match,
      untilUs: steering.endOf(secs),
      ...(factor === undefined ? {} : { factor }),
      ...(ttftMs === undefined ? {} : { ttftMs }),
      ...(itlMs === undefined ? {} : { itlMs }),
    };
    await steering.change((current) => {
      const latency = [...withoutName(current.latency, name), override];
      if (latency.length > LATENCY_OVERRIDES_MAX) throw tooMany(LATENCY_OVERRIDES_MAX);
      return { ...current, latency };
    });
    const document = this.latency(name);
    logger.info({ override: document }, 'latency overridden');
    return document;
  }

  /** @throws AdminError 404, 503 */
  async removeLatency(name: string): Promise<void> {
    const { logger, steering } = this.#options;
    namedIn(steering.current.latency, name);
    await steering.change((current) => ({ ...current, latency: withoutName(current.latency, name) }));
    logger.info({ override: name }, 'latency override removed');
  }

  /** @returns how many there were @throws AdminError 503 */
  async removeLatencies(): Promise<number> {
    const { logger, steering } = this.#options;
    const { length } = steering.current.latency;
    await steering.change((current) => ({ ...current, latency: [] }));
    logger.info({ removed: length }, 'latency overrides removed');
    return length;
  }

  get #configuration(): ConfigurationSnapshot['configuration'] {
    return this.#options.snapshot().configuration;
  }
}

interface Named {
  readonly name: string;
}

function withoutName<Entry extends Named>(entries: readonly Entry[], name: string): Entry[] {
  return entries.filter((entry) => entry.name !== name);
}

function namedIn<Entry extends Named>(entries: readonly Entry[], name: string): Entry {
  const found = entries.find((entry) => entry.name === name);
  if (found !== undefined) return found;
  const suggestion = suggestChoice(
    name,
    entries.map((entry) => entry.name),
  );
  const hint = suggestion === undefined ? '.' : `; ${suggestion}`;
  throw new AdminError(404, 'unknown_override', `There is no override ${JSON.stringify(name.slice(0, 128))}${hint}`);
}

function tooMany(max: number): AdminError {
  return new AdminError(409, 'too_many_overrides', `There are ${max} overrides already; remove one first.`);
}

/** Keys are shown nowhere. */
function shownRule({ name, match, ...rule }: { readonly [key: string]: unknown }): object {
  return match === undefined ? rule : { ...rule, match: withoutSecrets(match as { readonly [key: string]: unknown }) };
}
