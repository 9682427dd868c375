/**
 * What is left to keep of a stream's plan once the stream has begun: head, constants, templates and frames. The header strings, session, memo
 * and further headers, a third of a short plan, are left out. The core is a plan like any other, but for saying that it has none of these.
 *
 *   plan  [ head │ header strings │ constants │ template table │ frames │ session, facts, memo, further headers ]
 *   core  [ head │ 0              │ constants │ template table │ frames ]
 */
import { getUint32, putUint32 } from './byte-order.js';
import { PLAN_HEAD_BYTES } from './plan-layout.js';
import { copyPart, planFirstFrame, planTemplates } from './plan-reader.js';

/** Where the head says that session, trace's facts, memo and further headers begin; 0 for none. */
const OFFSETS_BEHIND_FRAMES = [88, 112, 36, 60];
/** Of a core: the head, and a count of no header strings. */
const CORE_CONSTANTS = PLAN_HEAD_BYTES + 1;
/** Offset and length of one text. */
const TEXT_BYTES = 8;

/** How long the plan's core is. */
export function coreBytes(plan: Uint8Array): number {
  return CORE_CONSTANTS + framesEnd(plan) - constantsOf(plan);
}

/** Writes the plan's core to memory[at, at + coreBytes(plan)). */
export function copyCore(plan: Buffer, memory: Buffer, at: number): void {
  const constants = constantsOf(plan);
  copyPart(plan, 0, PLAN_HEAD_BYTES, memory, at);
  memory[at + PLAN_HEAD_BYTES] = 0;
  copyPart(plan, constants, framesEnd(plan) - constants, memory, at + CORE_CONSTANTS);
  const shift = constants - CORE_CONSTANTS;
  const table = at + planTemplates(plan) - shift;
  const frames = at + planFirstFrame(plan) - shift;
  putUint32(memory, at + 28, table - at);
  putUint32(memory, at + 32, frames - at);
  for (const offset of OFFSETS_BEHIND_FRAMES) putUint32(memory, at + offset, 0);
  for (let text = table; text < frames; text += TEXT_BYTES) putUint32(memory, text, getUint32(memory, text) - shift);
}

/** Where the header strings end. */
function constantsOf(plan: Uint8Array): number {
  let at = PLAN_HEAD_BYTES;
  const varint = (): number => {
    let value = 0;
    let scale = 1;
    for (; plan[at] >= 0x80; at++) {
      value += (plan[at] & 0x7f) * scale;
      scale *= 0x80;
    }
    return value + plan[at++] * scale;
  };
  for (let strings = varint(); strings > 0; strings--) {
    const length = varint();
    at += length;
  }
  return at;
}

function framesEnd(plan: Uint8Array): number {
  let end = plan.byteLength;
  for (const offset of OFFSETS_BEHIND_FRAMES) {
    const begin = getUint32(plan, offset);
    if (begin > 0) end = Math.min(end, begin);
  }
  return end;
}
