/**
 * The request header that asks for a fault, `kind[;parameter=value…]`, or with `none` for a request that no rule may touch.
 *
 *   x-llm-sim-fault: rate_limit;retry_after_secs=3
 */
import { type Fault, faultOf } from './fault.js';
import { HeaderProblem, partsOf, quoted, readParameters } from './parameter-syntax.js';
import { faultKinds, faultNames } from './registry.js';

/** The value that keeps every fault away. */
export const NO_FAULT = 'none';

/** @throws HeaderProblem with a sentence that names what is valid */
export function parseFaultHeader(value: string): Fault | typeof NO_FAULT {
  const [name, ...parts] = partsOf(value);
  if (name === undefined)
    throw new HeaderProblem(`It is empty; it takes ${NO_FAULT} or one of ${faultNames.join(', ')}.`);
  if (name === NO_FAULT) {
    if (parts.length > 0) throw new HeaderProblem(`'${NO_FAULT}' has no parameters.`);
    return NO_FAULT;
  }
  const kind = faultKinds.find((known) => known.name === name);
  if (kind === undefined) {
    throw new HeaderProblem(
      `${quoted(name)} is no kind of fault; it takes ${NO_FAULT} or one of ${faultNames.join(', ')}.`,
    );
  }
  const fault = faultOf({ kind: name, ...readParameters(parts, kind.schema) });
  const [problem] = kind.problems?.(fault.parameters as never) ?? [];
  if (problem !== undefined) throw new HeaderProblem(`The parameter '${problem.path.join('.')}' ${problem.message}.`);
  return fault;
}
