/** The steering as text: what goes along with every request while anything is in effect. Both ends are of one build, so a text is not checked. */
import type { Steering } from './contract.js';

export const NO_STEERING: Steering = { scenarios: [], faults: [], latency: [] };

/** JSON in ASCII; undefined when nothing is in effect, which is the case to be fast in. */
export function steeringText({ scenarios, faults, latency }: Steering): string | undefined {
  if (scenarios.length + faults.length + latency.length === 0) return undefined;
  return JSON.stringify({ scenarios, faults, latency }).replace(/[\u0080-\uffff]/g, escaped);
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

export function parseSteering(text: string | undefined): Steering {
  return text === undefined ? NO_STEERING : (JSON.parse(text) as Steering);
}

/** Without what is over at the time. */
export function steeringAt(steering: Steering, atUs: number): Steering {
  const lasts = ({ untilUs }: { readonly untilUs: number | null }) => untilUs === null || atUs < untilUs;
  return {
    scenarios: steering.scenarios.filter(lasts),
    faults: steering.faults.filter(lasts),
    latency: steering.latency.filter(lasts),
  };
}
