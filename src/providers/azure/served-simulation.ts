/**
 * A request's Simulation as the service around the model has it: another plan, and prompts that the content filter blocks. A reply that
 * the filter ended before its first token stands for a prompt that it did not let through.
 */
import type { PlanWriter } from '../../runtime/response-plan.js';
import type { Simulation } from '../contract.js';
import type { Generation, GenerationRequest } from '../generation.js';
import { promptBlocked } from './errors.js';

/** Everything that is not the service's is asked of the simulation itself. */
export function servedSimulation(simulation: Simulation, plan: PlanWriter): Simulation {
  const own: Partial<Simulation> = {
    plan,
    generate: (request) => passed(simulation, request),
  };
  return new Proxy(simulation, {
    get: (target, property) => {
      const holder = Object.hasOwn(own, property) ? own : target;
      const value: unknown = Reflect.get(holder, property);
      // The simulation's methods reach for private fields, which a proxy does not have.
      return typeof value === 'function' ? value.bind(holder) : value;
    },
  });
}

function passed(simulation: Simulation, request: GenerationRequest): Generation {
  const generation = simulation.generate(request);
  if (isBlocked(generation)) throw promptBlocked(generation.ttftUs);
  return generation;
}

function isBlocked({ choices }: Generation): boolean {
  return choices.every(
    ({ finish, parts }) => finish === 'content_filter' && parts.every(({ tokens }) => tokens.length === 0),
  );
}
