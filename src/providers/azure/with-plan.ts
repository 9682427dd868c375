/** A request's Simulation with another plan, whatever else a Simulation can be asked. */
import type { PlanWriter } from '../../runtime/response-plan.js';
import type { Simulation } from '../contract.js';

/** Everything but the plan is asked of the simulation itself. */
export function withPlan(simulation: Simulation, plan: PlanWriter): Simulation {
  return new Proxy(simulation, {
    get: (target, property) => {
      if (property === 'plan') return plan;
      const value: unknown = Reflect.get(target, property, target);
      // Its methods reach for private fields, which a proxy does not have.
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
