/** The routes of an acceptor: the providers' endpoints, what it tells of itself, and the admin API as far as the configuration has one. */
import type { ConfigurationSnapshot } from '../config/snapshot.js';
import type { Reconfigured } from './generations/reconfigured.js';
import { type AdminOptions, adminHandler } from './handlers/admin.js';
import { type OperationsOptions, operationsHandlers } from './handlers/operations.js';
import { RouteTable } from './routes.js';

export interface AcceptorRoutesOptions {
  readonly operations: Omit<OperationsOptions, 'metricsEnabled'>;
  readonly admin: Omit<AdminOptions, 'configuration'>;
}

export class AcceptorRoutes implements Reconfigured {
  readonly table: RouteTable;
  readonly #options: AcceptorRoutesOptions;

  constructor(snapshot: ConfigurationSnapshot, options: AcceptorRoutesOptions) {
    this.#options = options;
    const { enabled: metricsEnabled } = snapshot.configuration.telemetry.metrics;
    this.table = new RouteTable(operationsHandlers({ ...options.operations, metricsEnabled }));
    this.reconfigure(snapshot);
  }

  reconfigure({ configuration }: ConfigurationSnapshot): void {
    this.table.useAdmin(adminHandler({ ...this.#options.admin, configuration: configuration.admin }));
  }
}
