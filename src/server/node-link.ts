/** An acceptor's line to its node: where its reports go, and where answers come from that are about all processes. */
import type { LoadReport } from './saturation/load-report.js';
import type { NodeStats } from './stats/node-stats.js';

export interface NodeLink {
  /** Called once a second. The verdict comes back by SimulatorServer.takeVerdict. */
  report(report: LoadReport): void;
  /** The node's metrics in Prometheus' text format. */
  metricsText(): Promise<string>;
  stats(): Promise<NodeStats>;
}
