/**
 * When every token of a stage is planned: the server's own renderer, asked in this process for the very requests that the client sends,
 * under the configuration that is to be verified. What the client measures less this is the lateness alone, with no chance in it.
 */
import { loadConfiguration } from '../../src/config/loader.js';
import { createSnapshot } from '../../src/config/snapshot.js';
import { createRenderer } from '../../src/engine/create-renderer.js';
import type { Renderer } from '../../src/engine/renderer.js';
import { planPromptTokens, planStatus } from '../../src/runtime/plan-reader.js';
import { framesOf } from '../../src/runtime/plan-summary.js';
import { decodeRequest } from '../../src/runtime/render-request.js';
import { RequestHeads } from '../../src/server/request-heads.js';
import { RouteTable } from '../../src/server/routes.js';
import { type ModelRequest, modelRequest } from './model-requests.js';
import { countTokens } from './reply-reader.js';
import { requestAt, requestCount, type Stage } from './stage.js';

export interface PlannedReply {
  /** When each token's event is due after the request's arrival, ms. */
  readonly dueMs: Float64Array;
  readonly promptTokens: number;
}

/** The replies of the stage, in the order of requestAt(). @param configuration as the server's file would say it */
export async function plannedReplies(stage: Stage, configuration: object): Promise<PlannedReply[]> {
  const snapshot = createSnapshot(loadConfiguration({ object: configuration, environment: {} }), 1, 0);
  const renderer = await createRenderer(snapshot, {
    countOccurrence: () => 0,
    fillRandom: () => {},
    wallClockSecs: () => 0,
    onDefect: (error) => {
      throw error;
    },
  });
  const requests = stage.models.map((model) => prepared(modelRequest(model, stage.tokens), new RequestHeads(snapshot)));
  return Array.from({ length: requestCount(stage) }, (_, row) => {
    const { model, id } = requestAt(stage, stage.models.length, row);
    const reply = requests[model](renderer, id);
    if (reply.dueMs.length <= stage.tokens) return reply;
    throw new Error(`${id} has ${reply.dueMs.length} events, more than the ${stage.tokens} of ${stage.name}`);
  });
}

function prepared(request: ModelRequest, heads: RequestHeads): (renderer: Renderer, id: string) => PlannedReply {
  const header = (name: string): string | undefined => request.headers[name];
  const { path, query } = request;
  const route = new RouteTable({}).find({ method: 'POST', path, query, header });
  if (route.kind !== 'endpoint') throw new Error(`the server has no endpoint for ${path}`);
  const { endpoint, parameters } = route;
  const body = Buffer.from(request.body);
  const marker = Buffer.from(request.tokenMarker);
  return (renderer, id) => {
    const source = { query, header: (name: string) => (name === 'x-llm-sim-request-id' ? id : header(name)) };
    const head = heads.of(source, {
      slot: 0,
      generation: 0,
      endpoint,
      parameters,
      recalled: undefined,
      atUs: 0,
      steering: undefined,
    });
    return plannedReply(renderer.render(decodeRequest(Buffer.concat([head, body]))), marker, request);
  };
}

function plannedReply(plan: Uint8Array, marker: Buffer, { path, body }: ModelRequest): PlannedReply {
  if (planStatus(plan) !== 200) {
    const [reply] = framesOf(plan);
    throw new Error(`${path} answers ${body} with status ${planStatus(plan)}: ${reply?.bytes}`);
  }
  const dueMs: number[] = [];
  for (const { atUs, bytes } of framesOf(plan)) {
    for (let tokens = countTokens(bytes, marker); tokens > 0; tokens--) dueMs.push(atUs / 1_000);
  }
  return { dueMs: Float64Array.from(dueMs), promptTokens: planPromptTokens(plan) };
}
