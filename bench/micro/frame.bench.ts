/**
 * What the main thread does to a frame before the socket gets it: reads it from the plan and copies its three parts into the scratch
 * buffer. Next to it what it replaces: JSON.stringify of a chunk per frame. Each task is a whole reply of TOKENS tokens.
 */
import type { Bench } from 'tinybench';
import { FrameCursor, planFirstFrame, planFrameCount } from '../../src/runtime/plan-reader.js';
import { chatRenderer } from './plan.bench.js';

const TOKENS = 1_000;
const FRAME_AT = 16;
const SCRATCH_BYTES = 64 * 1024;

export function register(bench: Bench): void {
  const rendered = chatRenderer()(TOKENS);
  const plan = Buffer.from(rendered);
  const frames = planFrameCount(plan);
  const cursor = new FrameCursor();
  const scratch = Buffer.alloc(SCRATCH_BYTES);

  bench.add(`frame: read and copy ${frames} frames of a plan`, () => {
    cursor.position = planFirstFrame(plan);
    for (let frame = 0; frame < frames; frame++) {
      cursor.varint(plan);
      cursor.readFrame(plan);
      cursor.copyFrame(plan, scratch, FRAME_AT);
    }
  });

  const tokens = textOfFrames(plan);
  bench.add(`frame: JSON.stringify ${frames} chunks`, () => {
    for (const token of tokens) scratch.write(`data: ${JSON.stringify(chunkOf(token))}\n\n`, FRAME_AT);
  });
}

/** The frames' payloads: the tokens, and at the end what is not a token, which stands for as much work here. */
function textOfFrames(plan: Buffer): string[] {
  const cursor = new FrameCursor();
  cursor.position = planFirstFrame(plan);
  return Array.from({ length: planFrameCount(plan) }, () => {
    cursor.varint(plan);
    cursor.readFrame(plan);
    return Buffer.from(cursor.payload(plan)).toString();
  });
}

function chunkOf(content: string): unknown {
  return {
    id: 'chatcmpl-sim-Wfhp7Oi6WVZKLWgzdjbLCYuRSC43w',
    object: 'chat.completion.chunk',
    created: 1_753_286_212,
    model: 'gpt-4o-mini-simulated',
    service_tier: 'default',
    system_fingerprint: 'sim-12345',
    choices: [{ index: 0, delta: { content }, logprobs: null, finish_reason: null }],
  };
}
