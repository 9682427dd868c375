/**
 * What lives once per node, whichever process answers: composed here for the primary of a node of processes and for the library's node of
 * one alike, with the operations by which the admin API reaches it.
 */
import type { Logger } from '../../telemetry/logging.js';
import type { NodeStats } from '../stats/node-stats.js';
import { NodeControl } from './node-control.js';
import type { AdminOperation } from './operation.js';
import { statsOperations } from './stats-operations.js';
import { type SpreadSteering, SteeringDesk } from './steering-desk.js';

export interface NodeServicesOptions {
  readonly logger: Logger;
  readonly stats: () => Promise<NodeStats>;
  readonly spreadSteering: SpreadSteering;
}

export interface NodeServices {
  readonly steering: SteeringDesk;
  readonly control: NodeControl;
}

export function createNodeServices(options: NodeServicesOptions): NodeServices {
  const { logger, spreadSteering } = options;
  const steering = new SteeringDesk(spreadSteering);
  const operations: readonly AdminOperation[] = [...statsOperations(options)];
  const control = new NodeControl(operations, (error) => {
    const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
    logger.error({ cause }, 'an admin request could not be answered');
  });
  return { steering, control };
}
