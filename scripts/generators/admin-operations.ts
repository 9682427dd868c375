/** The admin API as its own table of operations describes it, for the generated documents. */
import { adminOperations, type OperationParts } from '../../src/server/control/node-services.js';
import type { AdminOperation } from '../../src/server/control/operation.js';

/** What an operation says of itself needs none of the parts that it works on. */
export function describedOperations(): readonly AdminOperation[] {
  return adminOperations({} as OperationParts);
}
