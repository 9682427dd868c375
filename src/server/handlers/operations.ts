/**
 * The operations endpoints: what an orchestrator, a scraper or a person asks the server about itself. Answered on the main thread
 * without a slot, so they work when every slot is taken.
 */
import type { JsonSchema } from '../../kernel/json-schema.js';
import { packageVersion } from '../../kernel/package-root.js';
import { type Scrape, type ScrapeWish, scrapeHeaders, scrapeWishOf } from '../../telemetry/scrape.js';
import type { NodeHealth, StateHealth } from '../node-link.js';
import type { LocalHandler } from '../routes.js';
import type { Verdict } from '../saturation/verdict.js';
import type { SimulatorServerOptions } from '../simulator-options.js';
import type { Exchange } from '../transport/contract.js';
import { respondJson, respondSoon } from './json-reply.js';
import { openapiDocument } from './openapi.js';
import { healthSchema, liveSchema, notReadySchema, readySchema } from './probe-schemas.js';
import { type NodeFacts, type ProbedNode, probes } from './probes.js';

export function nodeFactsOf({ processes, snapshot, transport }: SimulatorServerOptions): NodeFacts {
  return {
    version: packageVersion,
    transport: { name: transport.name, reason: transport.reason },
    processes,
    threads: snapshot.configuration.server.threads,
  };
}

export interface OperationsOptions {
  readonly facts: NodeFacts;
  readonly uptimeSecs: () => number;
  readonly phase: () => ProbedNode['phase'];
  readonly verdict: () => Verdict;
  readonly stateHealth: () => StateHealth;
  readonly nodeHealth: () => NodeHealth;
  /** Of the configuration. */
  readonly generation: () => number;
  /** The node's metrics. */
  readonly scrape: (wish: ScrapeWish) => Promise<Scrape>;
  readonly metricsEnabled: boolean;
}

/** What the OpenAPI document says of an operation. */
export interface OperationDescription {
  readonly summary: string;
  readonly contentType: string;
  /** Of the document that a 200 answers with; without it, anything. */
  readonly reply?: JsonSchema;
  readonly failures?: readonly { readonly status: number; readonly when: string; readonly reply: JsonSchema }[];
}

/** Every operation by path, without those of the admin API; all are GET. */
export const operations: { readonly [path: string]: OperationDescription } = {
  '/health': { summary: 'What the node is and how it fares', contentType: 'application/json', reply: healthSchema },
  '/ready': {
    summary: 'Whether requests are served',
    contentType: 'application/json',
    reply: readySchema,
    failures: [
      {
        status: 503,
        when: 'Starting, or leaving: a lame duck, or draining. On the metrics port also while a lost process is being replaced.',
        reply: notReadySchema,
      },
    ],
  },
  '/live': { summary: 'Whether the process answers', contentType: 'application/json', reply: liveSchema },
  '/metrics': { summary: 'Metrics of the whole node in the Prometheus format', contentType: 'text/plain' },
  '/openapi.json': { summary: 'This document', contentType: 'application/json' },
};

/** The handlers by path, without those of the admin API. */
export function operationsHandlers(options: OperationsOptions): { readonly [path: string]: LocalHandler } {
  const { facts, generation, nodeHealth, phase, stateHealth, uptimeSecs, verdict } = options;
  const handlers: { [path: string]: LocalHandler } = { '/openapi.json': openapi };
  for (const [path, probe] of probes) {
    handlers[path] = (exchange) => {
      const { status, document } = probe({
        facts,
        phase: phase(),
        uptimeSecs: uptimeSecs(),
        verdict: verdict(),
        state: stateHealth(),
        node: nodeHealth(),
        generation: generation(),
      });
      respondJson(exchange, status, document);
    };
  }
  if (options.metricsEnabled) handlers['/metrics'] = (exchange) => metrics(exchange, options);
  return handlers;
}

function metrics(exchange: Exchange, { scrape }: OperationsOptions): void {
  const wish = scrapeWishOf(exchange.header('accept'), exchange.header('accept-encoding'));
  respondSoon(exchange, scrape(wish), (answer) => exchange.respond(200, scrapeHeaders(answer), answer.body));
}

function openapi(exchange: Exchange): void {
  respondSoon(exchange, openapiDocument(), (document) =>
    exchange.respond(200, ['content-type', 'application/json'], document),
  );
}
