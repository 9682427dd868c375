/**
 * One conversation: its turns, each of which says all that was said before it. What the model is to have said in between is made up, as long as
 * answers are: so a turn does not depend on what came back, and is the same on every path. Turns are made when they are asked for and may be asked
 * for in any order; what was said is kept, since the next turn says it again.
 *
 *   turn 0   prefix │ user 0
 *   turn 1   prefix │ user 0 │ answer 0 │ user 1          user k: as many tokens as drawn for turn k, with the frame of its message
 */
import { REQUEST_KEY_HEADER } from '../../engine/request-headers.js';
import type { RandomSource } from '../../kernel/random-source.js';
import { NOT_GIVEN } from '../../latency/traces/trace.js';
import type { Conversation, LoadPlan, NumberedRequest } from '../contract.js';
import { OUTPUT_TOKENS_MAX, PROMPT_TOKENS_MAX } from './bounds.js';
import type { Message } from './dialects/contract.js';
import { mergedFields } from './merged-fields.js';
import { clampedLength, type MixKind } from './mix-kind.js';
import {
  ANSWER_TEXT,
  CANCELLATION,
  drawsOf,
  OUTPUT_LENGTH,
  PROMPT_LENGTH,
  PROMPT_TEXT,
  SLOW_READING,
  THINK_TIME,
  TURNS,
} from './random-draws.js';

interface Said extends Message {
  readonly tokens: number;
}

export class PlannedConversation implements Conversation {
  readonly number: number;
  readonly turns: number;
  readonly #plan: LoadPlan;
  readonly #kind: MixKind;
  readonly #identity: number;
  /** By turn, the user's message and the answer to it. */
  readonly #asked: Said[] = [];
  readonly #answered: Said[] = [];

  /** @param identity -1 for the target's own key */
  constructor(plan: LoadPlan, number: number, kind: MixKind, identity: number) {
    this.number = number;
    this.#plan = plan;
    this.#kind = kind;
    this.#identity = identity;
    this.turns = kind.turns(this.#draws(0, TURNS));
  }

  turn(index: number): NumberedRequest {
    this.#check(index);
    const { entry, dialect, stream, position, path } = this.#kind;
    const key = `load-${this.#plan.seed}-${this.number}-${index}`;
    return {
      conversation: this.number,
      turn: index,
      key,
      mix: position,
      dialect: entry.dialect,
      model: entry.model,
      stream,
      method: 'POST',
      path,
      headers: this.#headers(dialect.headers, key),
      body: this.#body(index),
      identity: this.#identity,
      ...this.#departure(index),
      ...this.#slowness(index),
    };
  }

  thinkTimeMs(index: number): number {
    this.#check(index);
    return index === 0 ? 0 : this.#kind.thinkTimeMs(this.#draws(index, THINK_TIME));
  }

  #check(index: number): void {
    if (Number.isInteger(index) && index >= 0 && index < this.turns) return;
    throw new RangeError(`the conversation has turns from 0 to ${this.turns - 1}, not ${index}`);
  }

  #headers(own: Readonly<Record<string, string>>, key: string): Record<string, string> {
    const { target, identities, sendsRequestIds } = this.#plan;
    const apiKey = this.#identity < 0 ? target.apiKey : `${identities.prefix}${this.#identity + 1}`;
    const headers: Record<string, string> = { 'content-type': 'application/json', ...own };
    if (apiKey !== '') {
      const [name, value] = this.#kind.dialect.key(apiKey);
      headers[name] = value;
    }
    if (sendsRequestIds) headers[REQUEST_KEY_HEADER] = key;
    return headers;
  }

  #body(index: number): string {
    const { entry, dialect, stream, prefix } = this.#kind;
    const body = dialect.body({
      model: entry.model,
      stream,
      prefix,
      messages: this.#messages(index),
      outputTokens: this.#outputLimit(index),
    });
    return JSON.stringify(mergedFields(body, entry.fields));
  }

  /** All up to the turn's own; of a conversation that has grown too long the last turns that fit, and the turn's own in any case. */
  #messages(index: number): Message[] {
    const messages: Message[] = [this.#askedAt(index)];
    let tokens = this.#askedAt(index).tokens;
    for (let turn = index - 1; turn >= 0; turn--) {
      const [asked, answered] = [this.#askedAt(turn), this.#answeredAt(turn)];
      tokens += asked.tokens + answered.tokens;
      if (tokens > PROMPT_TOKENS_MAX) break;
      messages.push(answered, asked);
    }
    return messages.reverse();
  }

  #askedAt(turn: number): Said {
    let said = this.#asked[turn];
    if (said === undefined) {
      const { dialect, writer, promptTokens } = this.#kind;
      const { message, priming } = dialect.framing;
      const recorded = turn === 0 ? this.#recorded('inputTokens', PROMPT_TOKENS_MAX) : undefined;
      const tokens = recorded ?? promptTokens(this.#draws(turn, PROMPT_LENGTH));
      const framing = turn === 0 ? message + priming : message;
      said = { role: 'user', text: writer.write(this.#draws(turn, PROMPT_TEXT), tokens - framing), tokens };
      this.#asked[turn] = said;
    }
    return said;
  }

  #answeredAt(turn: number): Said {
    let said = this.#answered[turn];
    if (said === undefined) {
      const tokens = this.#answerTokens(turn);
      const text = this.#kind.writer.write(this.#draws(turn, ANSWER_TEXT), tokens);
      said = { role: 'assistant', text, tokens: tokens + this.#kind.dialect.framing.message };
      this.#answered[turn] = said;
    }
    return said;
  }

  /** None is sent where neither the plan nor the trace says how long answers are. */
  #outputLimit(turn: number): number | undefined {
    const isSaid = this.#kind.entry.outputTokens !== undefined || this.#recordedAnswer(turn) !== undefined;
    return isSaid ? this.#answerTokens(turn) : undefined;
  }

  #recordedAnswer(turn: number): number | undefined {
    return turn === 0 ? this.#recorded('outputTokens', OUTPUT_TOKENS_MAX) : undefined;
  }

  #answerTokens(turn: number): number {
    return this.#recordedAnswer(turn) ?? this.#kind.answerTokens(this.#draws(turn, OUTPUT_LENGTH));
  }

  #recorded(field: 'inputTokens' | 'outputTokens', max: number): number | undefined {
    const recorded = this.#plan.recordedLengths?.[field]?.[this.number];
    return recorded === undefined || recorded === NOT_GIVEN ? undefined : clampedLength(recorded, max);
  }

  #departure(turn: number): Pick<NumberedRequest, 'cancelAfterMs' | 'cancelAfterChunks'> {
    const { entry, cancelAfterMs } = this.#kind;
    if (entry.cancel === undefined) return {};
    const random = this.#draws(turn, CANCELLATION);
    if (random.nextUnit() >= entry.cancel.share) return {};
    if ('afterChunks' in entry.cancel) return { cancelAfterChunks: entry.cancel.afterChunks };
    return { cancelAfterMs: cancelAfterMs?.(random) ?? 0 };
  }

  #slowness(turn: number): Pick<NumberedRequest, 'bytesPerSecMax'> {
    const { slowReader } = this.#kind.entry;
    if (slowReader === undefined || this.#draws(turn, SLOW_READING).nextUnit() >= slowReader.share) return {};
    return { bytesPerSecMax: slowReader.bytesPerSec };
  }

  #draws(turn: number, purpose: number): RandomSource {
    return drawsOf(this.#plan.seed, this.number, turn, purpose);
  }
}
