/**
 * What a node answers to an orchestrator's probes: by an acceptor on the main port, and by the primary on the metrics port, in the same words.
 *
 *   path      200 while                           else
 *   /live     whoever is asked answers            no answer
 *   /ready    requests are served                 503, while they are to go elsewhere too
 *   /health   whoever is asked answers            no answer
 */
import type { NodeHealth, StateHealth } from '../node-link.js';
import type { Verdict } from '../saturation/verdict.js';
import { pressureFigures, saturationFigures } from '../stats/saturation-figures.js';

/** What /health calls a node: one that serves by how it fares, any other by its phase. */
export const HEALTH_STATUSES = ['starting', 'healthy', 'degraded', 'lame_duck', 'draining'] as const;
type HealthStatus = (typeof HEALTH_STATUSES)[number];

/** What /health says about the node. */
export interface NodeFacts {
  readonly version: string;
  /** Undefined until an acceptor has chosen it. */
  readonly transport: { readonly name: string; readonly reason: string } | undefined;
  readonly processes: number;
  readonly threads: number;
}

export interface ProbedNode {
  readonly facts: NodeFacts;
  readonly uptimeSecs: number;
  /**
   * As far as whoever is asked knows: `starting` too when a process that was lost is being replaced, `lame_duck` while requests are served as
   * ever but are to go elsewhere, `draining` when nobody new gets in.
   */
  readonly phase: 'starting' | 'serving' | 'lame_duck' | 'draining';
  readonly verdict: Verdict;
  /** Whether what the node keeps for later requests can be reached. */
  readonly state: StateHealth;
  /** Whether what answers for the whole node can be reached. */
  readonly node: NodeHealth;
  /** Of the configuration, under which whoever is asked serves new requests or has them served. */
  readonly generation: number;
}

/** A status and a JSON document. */
export interface ProbeAnswer {
  readonly status: number;
  readonly document: object;
}

/** The probes by path; all are GET. */
export const probes: ReadonlyMap<string, (node: ProbedNode) => ProbeAnswer> = new Map([
  ['/live', live],
  ['/ready', ready],
  ['/health', health],
]);

function live(): ProbeAnswer {
  return { status: 200, document: { status: 'alive' } };
}

function ready({ phase }: ProbedNode): ProbeAnswer {
  return phase === 'serving'
    ? { status: 200, document: { status: 'ready' } }
    : { status: 503, document: { status: 'not_ready' } };
}

/** Under pressure a node is degraded, and serves: whoever probes it is not to restart it, nor to send nobody there. */
function health({ facts, generation, node, phase, state, uptimeSecs, verdict }: ProbedNode): ProbeAnswer {
  const status: HealthStatus = phase === 'serving' ? (verdict.pressure.now ? 'degraded' : 'healthy') : phase;
  return {
    status: 200,
    document: {
      status,
      version: facts.version,
      uptime_seconds: Math.floor(uptimeSecs),
      checks: { config: 'ok', providers: 'ok', metrics: 'ok', state, node },
      saturated: saturationFigures(verdict),
      backpressure: pressureFigures(verdict),
      transport: facts.transport ?? null,
      processes: facts.processes,
      threads: facts.threads,
      config_generation: generation,
    },
  };
}
