/**
 * A message as server-sent events, in the order and with the names of the real API:
 *
 *   message_start              due after TTFT, with the counts of the prompt
 *   content_block_start        of each block in turn; a ping behind the first
 *   content_block_delta        one per chunk: text, thinking or a piece of a tool's input, whose first piece is empty;
 *                              a block of thinking ends with its signature
 *   content_block_stop
 *   message_delta              why it stopped and what it used, message_stop
 *
 * The constant part of a chunk's event is a template; every other event is rare and carries its whole text. Shapes: RawMessageStreamEvent of
 * Anthropic's SDK.
 */
import type { PlanWriter } from '../../runtime/response-plan.js';
import type { Simulation } from '../contract.js';
import { textAt, tokensOfStep } from '../generation.js';
import { escapeJson } from '../json-text.js';
import { closingOf, emptyBlockOf, openingOf, type Reply, type ReplyBlock } from './reply.js';

/** Stands for the chunk's text in an event's, and how JSON spells it. */
const MARK = '\u0000';
const MARK_IN_JSON = '\\u0000';

interface StreamEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Writes the plan of the stream. */
export function writeMessageStream(reply: Reply, headers: readonly string[], { plan }: Simulation): void {
  plan.stream(headers);
  new MessageStream(reply, plan).write();
}

class MessageStream {
  readonly #reply: Reply;
  readonly #plan: PlanWriter;
  /** The template of each block's deltas. */
  readonly #deltas: readonly number[];
  /** Of the events that carry their whole text. */
  readonly #event: number;
  /** The steps of the model so far, and the time since the last event. */
  #step = 0;
  #waitedUs: number;

  constructor(reply: Reply, plan: PlanWriter) {
    this.#reply = reply;
    this.#plan = plan;
    this.#waitedUs = reply.generation.ttftUs;
    this.#deltas = declareDeltas(reply, plan);
    this.#event = plan.template('', '');
  }

  write(): void {
    const { blocks } = this.#reply;
    this.#send({ type: 'message_start', message: openingOf(this.#reply) });
    for (const [index, block] of blocks.entries()) this.#block(block, index);
    this.#send({ type: 'message_delta', ...closingOf(this.#reply) });
    this.#send({ type: 'message_stop' });
  }

  #block(block: ReplyBlock, index: number): void {
    // The block starts with its first token, as everything that the real API sends does.
    if (this.#step > 0 && block.tokens.length > 0) this.#wait();
    this.#send({ type: 'content_block_start', index, content_block: emptyBlockOf(block) });
    if (index === 0) this.#send({ type: 'ping' });
    if (block.kind === 'tool_use') this.#delta(index, '');
    const silent = block.kind === 'thinking' && !block.shown;
    this.#tokens(block.tokens, silent ? undefined : index);
    if (block.kind === 'thinking') {
      this.#send({
        type: 'content_block_delta',
        index,
        delta: { type: 'signature_delta', signature: block.signature },
      });
    }
    this.#send({ type: 'content_block_stop', index });
  }

  /** The tokens of a block, chunk by chunk. @param index undefined for a block whose text is not shown */
  #tokens(tokens: readonly string[], index: number | undefined): void {
    const { stepTokens } = this.#reply.generation;
    for (let token = 0, count = 0; token < tokens.length; token += count) {
      if (token > 0) this.#wait();
      count = Math.min(tokensOfStep(stepTokens, this.#step++), tokens.length - token);
      if (index === undefined) continue;
      this.#delta(index, textAt(tokens, token, count));
      this.#plan.shows(count);
    }
  }

  /** The gap before the next step. */
  #wait(): void {
    this.#waitedUs += this.#reply.generation.itlUs[this.#step - 1] ?? 0;
  }

  #delta(index: number, text: string): void {
    this.#frame(this.#deltas[index], escapeJson(text));
  }

  #send(event: StreamEvent): void {
    this.#frame(this.#event, eventText(event));
  }

  #frame(template: number, payload: string): void {
    this.#plan.frame(template, this.#waitedUs, payload);
    this.#waitedUs = 0;
  }
}

/** One template per block, that of the longest first. */
function declareDeltas({ blocks, request }: Reply, plan: PlanWriter): number[] {
  const templates: number[] = new Array(blocks.length).fill(0);
  const order = blocks
    .map((_, index) => index)
    .sort((one, other) => blocks[other].tokens.length - blocks[one].tokens.length);
  for (const index of order) {
    const event = { type: 'content_block_delta', index, delta: deltaOf(blocks[index].kind, request.beta) };
    const [prefix, suffix] = eventText(event).split(MARK_IN_JSON);
    templates[index] = plan.template(prefix, suffix);
  }
  return templates;
}

/** A chunk's delta, with a mark where its text goes. */
function deltaOf(kind: ReplyBlock['kind'], beta: boolean): object {
  switch (kind) {
    case 'text':
      return { type: 'text_delta', text: MARK };
    case 'tool_use':
      return { type: 'input_json_delta', partial_json: MARK };
    case 'thinking':
      return { type: 'thinking_delta', thinking: MARK, ...(beta ? { estimated_tokens: null } : {}) };
  }
}

function eventText(event: StreamEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
