/** The events of one output item, from output_item.added to output_item.done, chunk by chunk. */
import type { JsonObject } from '../../../kernel/json-object.js';
import { textAt } from '../../generation.js';
import { type Advance, ChunkCounter } from './chunk-counter.js';
import type { EventWriter } from './event-writer.js';
import { summariesOf } from './reasoning-summary.js';

export interface ItemEvents {
  /** Declares the events of which there is one for each chunk. */
  declareDeltas(): void;
  declareOthers(): void;
  write(advance: Advance): void;
}

/** @param item the finished item @param summary how reasoning is summed up: see summariesOf */
export function itemEvents(
  item: JsonObject,
  outputIndex: number,
  tokens: readonly string[],
  summary: unknown,
  events: EventWriter,
): ItemEvents {
  const frame = new ItemFrame(item, outputIndex, events);
  if (item.type === 'message') return new MessageEvents(frame, tokens);
  if (item.type === 'reasoning') return new ReasoningEvents(frame, tokens, summariesOf(tokens, summary));
  return new CallEvents(frame, tokens);
}

/** What all items have: a beginning, an end, and members that every event about them repeats. */
class ItemFrame {
  readonly item: JsonObject;
  readonly events: EventWriter;
  /** `"item_id":"…","output_index":0` */
  readonly place: string;
  readonly #outputIndex: string;
  #added = 0;
  #done = 0;

  constructor(item: JsonObject, outputIndex: number, events: EventWriter) {
    this.item = item;
    this.events = events;
    this.#outputIndex = `"output_index":${outputIndex}`;
    this.place = `"item_id":${JSON.stringify(item.id)},${this.#outputIndex}`;
  }

  declare(): void {
    this.#added = this.events.declare('response.output_item.added');
    this.#done = this.events.declare('response.output_item.done');
  }

  begin(unfinished: JsonObject): void {
    const item = JSON.stringify({ ...this.item, ...unfinished });
    this.events.send(this.#added, `,${this.#outputIndex},"item":${item}`);
  }

  end(): void {
    this.events.send(this.#done, `,${this.#outputIndex},"item":${JSON.stringify(this.item)}`);
  }
}

class MessageEvents implements ItemEvents {
  readonly #frame: ItemFrame;
  readonly #tokens: readonly string[];
  readonly #part: JsonObject;
  readonly #place: string;
  #delta = 0;
  #added = 0;
  #textDone = 0;
  #done = 0;

  constructor(frame: ItemFrame, tokens: readonly string[]) {
    this.#frame = frame;
    this.#tokens = tokens;
    this.#part = (frame.item.content as readonly JsonObject[])[0];
    this.#place = `"content_index":0,${frame.place}`;
  }

  get #probabilities(): readonly JsonObject[] {
    return this.#part.logprobs as readonly JsonObject[];
  }

  declareDeltas(): void {
    const logprobs = this.#probabilities.length === 0 ? '"logprobs":[],' : '';
    this.#delta = this.#frame.events.declareDelta('response.output_text.delta', `${this.#place},${logprobs}`);
  }

  declareOthers(): void {
    const { events } = this.#frame;
    this.#frame.declare();
    this.#added = events.declare('response.content_part.added');
    this.#textDone = events.declare('response.output_text.done');
    this.#done = events.declare('response.content_part.done');
  }

  write(advance: Advance): void {
    const { events } = this.#frame;
    const probabilities = this.#probabilities.map(eventLogprob);
    const tokens = this.#tokens;
    for (let token = 0, count = 0; token < tokens.length; token += count) {
      count = advance(tokens.length - token);
      if (token === 0) this.#begin();
      const logprobs = probabilities.slice(token, token + count);
      const added = probabilities.length === 0 ? '' : `,"logprobs":[${logprobs.join(',')}]`;
      events.sendDelta(this.#delta, textAt(tokens, token, count), count, added);
    }
    if (tokens.length === 0) this.#begin();
    const text = JSON.stringify(this.#part.text);
    events.send(this.#textDone, `,${this.#place},"logprobs":[${probabilities.join(',')}],"text":${text}`);
    events.send(this.#done, `,${this.#place},"part":${JSON.stringify(this.#part)}`);
    this.#frame.end();
  }

  #begin(): void {
    this.#frame.begin({ status: 'in_progress', content: [] });
    const part = { ...this.#part, logprobs: [], text: '' };
    this.#frame.events.send(this.#added, `,${this.#place},"part":${JSON.stringify(part)}`);
  }
}

/** Events list probabilities without the tokens' bytes. */
function eventLogprob({ token, logprob, top_logprobs: top }: JsonObject): string {
  const alternatives = (top as readonly JsonObject[]).map((entry) => ({ token: entry.token, logprob: entry.logprob }));
  return JSON.stringify({ token, logprob, top_logprobs: alternatives });
}

class CallEvents implements ItemEvents {
  readonly #frame: ItemFrame;
  readonly #tokens: readonly string[];
  readonly #member: 'arguments' | 'input';
  #delta = 0;
  #done = 0;

  constructor(frame: ItemFrame, tokens: readonly string[]) {
    this.#frame = frame;
    this.#tokens = tokens;
    this.#member = frame.item.type === 'custom_tool_call' ? 'input' : 'arguments';
  }

  get #type(): string {
    return this.#member === 'input' ? 'response.custom_tool_call_input' : 'response.function_call_arguments';
  }

  declareDeltas(): void {
    this.#delta = this.#frame.events.declareDelta(`${this.#type}.delta`, `${this.#frame.place},`);
  }

  declareOthers(): void {
    this.#frame.declare();
    this.#done = this.#frame.events.declare(`${this.#type}.done`);
  }

  write(advance: Advance): void {
    const { events, item } = this.#frame;
    const begin = () =>
      this.#frame.begin({ [this.#member]: '', ...(item.status !== undefined && { status: 'in_progress' }) });
    const tokens = this.#tokens;
    for (let token = 0, count = 0; token < tokens.length; token += count) {
      count = advance(tokens.length - token);
      if (token === 0) begin();
      events.sendDelta(this.#delta, textAt(tokens, token, count), count);
    }
    if (tokens.length === 0) begin();
    const name = this.#member === 'input' ? '' : `,"name":${JSON.stringify(item.name)}`;
    events.send(this.#done, `,${this.#frame.place}${name},"${this.#member}":${JSON.stringify(item[this.#member])}`);
    this.#frame.end();
  }
}

class ReasoningEvents implements ItemEvents {
  readonly #frame: ItemFrame;
  readonly #tokens: readonly string[];
  readonly #summaries: readonly (readonly string[])[];
  /** Of each part of the summary. */
  #deltas: readonly number[] = [];
  #added = 0;
  #textDone = 0;
  #done = 0;

  constructor(frame: ItemFrame, tokens: readonly string[], summaries: readonly (readonly string[])[]) {
    this.#frame = frame;
    this.#tokens = tokens;
    this.#summaries = summaries;
  }

  #placeOf(part: number): string {
    return `"summary_index":${part},${this.#frame.place}`;
  }

  declareDeltas(): void {
    const type = 'response.reasoning_summary_text.delta';
    this.#deltas = this.#summaries.map((_, part) => this.#frame.events.declareDelta(type, `${this.#placeOf(part)},`));
  }

  declareOthers(): void {
    const { events } = this.#frame;
    this.#frame.declare();
    if (this.#summaries.length === 0) return;
    this.#added = events.declare('response.reasoning_summary_part.added');
    this.#textDone = events.declare('response.reasoning_summary_text.done');
    this.#done = events.declare('response.reasoning_summary_part.done');
  }

  write(advance: Advance): void {
    const { events } = this.#frame;
    const chunks = new ChunkCounter(this.#tokens.length, advance);
    this.#summaries.forEach((summary, part) => {
      for (let token = 0, count = 0; token < summary.length; token += count) {
        const isFirst = chunks.taken === 0;
        count = chunks.take(summary.length - token);
        if (isFirst) this.#begin();
        if (token === 0) events.send(this.#added, this.#partOf(part, ''));
        events.sendDelta(this.#deltas[part], textAt(summary, token, count), count);
      }
      const text = summary.join('');
      events.send(this.#textDone, `,${this.#placeOf(part)},"text":${JSON.stringify(text)}`);
      events.send(this.#done, this.#partOf(part, text));
    });
    // What is not summed up takes its time all the same.
    while (chunks.left > 0) {
      const isFirst = chunks.taken === 0;
      chunks.take(chunks.left);
      if (isFirst) this.#begin();
    }
    this.#frame.end();
  }

  #begin(): void {
    this.#frame.begin({ summary: [] });
  }

  #partOf(part: number, text: string): string {
    return `,${this.#placeOf(part)},"part":${JSON.stringify({ type: 'summary_text', text })}`;
  }
}
