/** The verdict about a run's figures: valid unless its end, its generator or the simulator behind it is a reason why not. */
import type { Validity } from '../result.js';
import type { InvalidityReason } from './contract.js';

export function validityOf(...reasons: readonly (readonly InvalidityReason[])[]): Validity {
  const all = reasons.flat();
  return { valid: all.length === 0, reasons: all };
}
