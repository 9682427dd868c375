/** Which request headers scenarios look at: both sides of the ring take them from here, so it loads nothing else. */
import type { FaultMatch } from '../faults/match.js';
import { faultHeaderNames } from '../faults/rules.js';
import type { Definitions } from '../scenarios/contract.js';

/** Lower-case names, each once. */
export function scenarioHeaderNames(definitions: Definitions): string[] {
  const faults = Object.values(definitions).flatMap(({ steps }) => steps.flatMap((step) => step.faults ?? []));
  return faultHeaderNames(faults as { readonly match?: FaultMatch }[]);
}
