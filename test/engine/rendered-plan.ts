/** What a renderer answers a request with, read back from the plan: every frame's text and when it is due. */
import assert from 'node:assert/strict';
import { Renderer } from '../../src/engine/renderer.js';
import { requestHeaderNames } from '../../src/engine/request-headers.js';
import { endpoints } from '../../src/providers/registry.js';
import type { BatchTerms } from '../../src/runtime/batch-terms.js';
import { FrameCursor, planBatch, planFirstFrame, planFrameCount, planStatus } from '../../src/runtime/plan-reader.js';
import { snapshotOf, tokenizers } from './engine-parts.js';

export interface RenderedFrame {
  readonly text: string;
  /** From the request's arrival, µs. */
  readonly dueUs: number;
}

export interface RenderedPlan {
  readonly frames: readonly RenderedFrame[];
  /** The frames' texts joined. */
  readonly text: string;
  /** Where it is batched. */
  readonly batch: BatchTerms | undefined;
}

export interface RenderedRequest {
  /** The endpoint's name: "openai.chat.completions". */
  readonly endpoint: string;
  readonly body: object;
  /** The path's parameters, in its order. */
  readonly parameters?: readonly string[];
  readonly query?: string;
  /** Beside those that some endpoints do not answer without. */
  readonly headers?: { readonly [name: string]: string };
  /** When it arrives; 0 unless given. */
  readonly atUs?: number;
  /** What operators changed, as JSON. */
  readonly steering?: string | undefined;
}

/** What some endpoints do not answer without. */
const HEADERS: { readonly [name: string]: string } = { 'anthropic-version': '2023-06-01', 'x-api-key': 'any' };

/**
 * Renders requests under a configuration; none of them may need state, and every one has to succeed.
 * @param transport the name of the one that would send the plans
 */
export function planRenderer(config: object, transport?: string): (request: RenderedRequest) => RenderedPlan {
  const snapshot = snapshotOf(config);
  const renderer = new Renderer({
    snapshot,
    tokenizers,
    ...(transport === undefined ? {} : { transport }),
    countOccurrence: () => 0,
    fillRandom: () => assert.fail('a deterministic simulation asks for no entropy'),
    wallClockSecs: () => assert.fail('a deterministic simulation asks for no time'),
    onDefect: (error) => assert.fail(`defect: ${error}`),
  });
  return ({ endpoint, body, parameters = [], query = '', headers: given = {}, atUs = 0, steering }) => {
    const place = endpoints.findIndex((route) => route.endpoint.name === endpoint);
    const headers = requestHeaderNames(endpoints[place].provider, snapshot).map((name) => given[name] ?? HEADERS[name]);
    const plan = renderer.render({
      slot: 0,
      generation: 0,
      endpoint: place,
      configurationGeneration: 1,
      requestKey: 'key',
      query,
      parameters,
      headers,
      recalled: undefined,
      atUs,
      steering,
      body: Buffer.from(JSON.stringify(body)),
    });
    return readPlan(Buffer.from(plan));
  };
}

function readPlan(plan: Buffer): RenderedPlan {
  const frames: RenderedFrame[] = [];
  const cursor = new FrameCursor();
  cursor.position = planFirstFrame(plan);
  let dueUs = 0;
  for (let frame = 0; frame < planFrameCount(plan); frame++) {
    dueUs += cursor.varint(plan);
    const bytes = Buffer.alloc(cursor.readFrame(plan));
    cursor.copyFrame(plan, bytes, 0);
    frames.push({ text: bytes.toString(), dueUs });
  }
  const text = frames.map((frame) => frame.text).join('');
  assert.equal(planStatus(plan), 200, text);
  return { frames, text, batch: planBatch(plan) };
}
