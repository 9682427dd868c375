/** What a request asks of the simulation by headers of its own, as far as the configuration allows it. */
import type { Fault } from '../faults/fault.js';
import { NO_FAULT, parseFaultHeader } from '../faults/fault-header.js';
import { HeaderProblem } from '../faults/parameter-syntax.js';
import { beyond } from '../faults/transport-needs.js';
import { ApiError, type Provider } from '../providers/contract.js';
import type { SteeredLatency } from '../scenarios/compiled-steering.js';
import { parseLatencyHeader } from './latency-header.js';
import { FAULT_HEADER, LATENCY_HEADER } from './request-headers.js';
import type { RequestContext, SimulationContext } from './simulation-context.js';

export interface Asked {
  readonly fault: Fault | typeof NO_FAULT | undefined;
  readonly latency: SteeredLatency | undefined;
}

export const NOTHING_ASKED: Asked = { fault: undefined, latency: undefined };

export class RequestOverrides {
  readonly #fault: boolean;
  readonly #latency: boolean;
  readonly #transport: string | undefined;

  constructor({ snapshot, transport }: Pick<SimulationContext, 'snapshot' | 'transport'>) {
    const { fault, latency } = snapshot.configuration.simulation.request_overrides;
    this.#transport = transport;
    this.#fault = fault;
    this.#latency = latency;
  }

  /** @throws ApiError for a header that is malformed */
  of({ call, provider }: RequestContext): Asked {
    if (!this.#fault && !this.#latency) return NOTHING_ASKED;
    const fault = this.#fault ? call.header(FAULT_HEADER) : undefined;
    const latency = this.#latency ? call.header(LATENCY_HEADER) : undefined;
    if (fault === undefined && latency === undefined) return NOTHING_ASKED;
    return {
      fault: fault === undefined ? undefined : read(FAULT_HEADER, fault, (value) => this.#possible(value), provider),
      latency: latency === undefined ? undefined : read(LATENCY_HEADER, latency, parseLatencyHeader, provider),
    };
  }

  /** @throws HeaderProblem also for a fault that the transport cannot carry out */
  #possible(header: string): Fault | typeof NO_FAULT {
    const fault = parseFaultHeader(header);
    if (fault === NO_FAULT) return fault;
    const deed = beyond(this.#transport, fault);
    if (deed === undefined) return fault;
    throw new HeaderProblem(
      `${fault.kind.name} ${deed}, which the transport that runs (${this.#transport}) cannot: it takes server.transport: node.`,
    );
  }
}

function read<Value>(header: string, value: string, parse: (value: string) => Value, provider: Provider): Value {
  try {
    return parse(value);
  } catch (error) {
    if (!(error instanceof HeaderProblem)) throw error;
    throw new ApiError(provider.httpError({ kind: 'invalid_header', header, reason: error.message }));
  }
}
