/** An acceptor's line to its node: where its reports go, and where answers come from that are about all processes. */
import type { SessionTurn } from '../runtime/session-mark.js';
import type { Scrape, ScrapeWish } from '../telemetry/scrape.js';
import type { AdminCommand, AdminReply } from './control/operation.js';
import type { LoadReport } from './saturation/load-report.js';

export const NODE_HEALTHS = ['ok', 'unresponsive'] as const;
/** Whether what answers for the whole node can be reached. */
export type NodeHealth = (typeof NODE_HEALTHS)[number];

export const STATE_HEALTHS = ['ok', 'unavailable'] as const;
/** Whether what the node keeps for later requests can be reached; acceptors are told by the node. */
export type StateHealth = (typeof STATE_HEALTHS)[number];

export interface NodeLink {
  readonly health: NodeHealth;
  /** Called once a second. The verdict comes back by SimulatorServer.takeVerdict. */
  report(report: LoadReport): void;
  /** Requests of sessions have ended; called a few times a second. */
  reportTurns(turns: readonly SessionTurn[]): void;
  /** The node's metrics. */
  scrape(wish: ScrapeWish): Promise<Scrape>;
  /** The node's answer to an admin request. */
  administer(command: AdminCommand): Promise<AdminReply>;
}
