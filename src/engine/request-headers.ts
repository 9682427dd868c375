/**
 * Which request headers cross to the workers: what a provider's endpoints read, what the reply rules match on, the one that
 * names a session, and the simulator's own. Both
 * sides of the ring take the names from here, so that values can travel without them.
 */
import { replyHeaderNames } from '../config/reply-texts.js';
import { scenarioHeaderNames } from '../config/scenario-headers.js';
import type { ConfigurationSnapshot } from '../config/snapshot.js';
import { faultHeaderNames } from '../faults/rules.js';
import type { Provider } from '../providers/contract.js';

/** A load generator numbers its requests with it. */
export const REQUEST_KEY_HEADER = 'x-llm-sim-request-id';
/** Of a request: `1` or `true` asks for the header of the same name, which tells what is planned. */
export const PLAN_HEADER = 'x-llm-sim-plan';
/** Asks for a fault, where that is allowed; on a reply that tells its plan: the fault that it carries. */
export const FAULT_HEADER = 'x-llm-sim-fault';
/** Sets the times of the reply, where that is allowed. */
export const LATENCY_HEADER = 'x-llm-sim-latency';

/** Lower-case names, each once, in the order in which their values are sent. */
export function requestHeaderNames(provider: Provider, { configuration }: ConfigurationSnapshot): readonly string[] {
  const { faults, scenarios, simulation } = configuration;
  const allowed = simulation.request_overrides;
  const names = [
    ...provider.requestHeaders,
    ...replyHeaderNames(configuration.replies),
    ...faultHeaderNames(faults.rules),
    ...scenarioHeaderNames(scenarios),
    ...(allowed.fault ? [FAULT_HEADER] : []),
    ...(allowed.latency ? [LATENCY_HEADER] : []),
    PLAN_HEADER,
    ...sessionHeaderNames(configuration),
  ];
  return [...new Set(names)];
}

function sessionHeaderNames({ simulation }: ConfigurationSnapshot['configuration']): string[] {
  const { enabled, header, identify_by: kinds } = simulation.sessions;
  return enabled && kinds.includes('header') ? [header.toLowerCase()] : [];
}
