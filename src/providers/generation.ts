/**
 * What a simulated model is asked for and what it says, in no dialect's words: a reply is a list of parts (reasoning, text, tool calls),
 * each a list of tokens. A step of the model gives a chunk to every choice, one ITL after the step before: one token, or several where
 * stepTokens says so, but never of two parts.
 *
 *   choice 0   reasoning t t t │ text t t t t │ tool call t t
 *   step                 0 1 2          3 4 5 6           7 8       due at ttftUs + itlUs[0] + … + itlUs[step - 1]
 *   of up to 3 tokens    └ 0 ┘          └ 1 ┘ 2           └3┘
 */
import type { ModelFacts } from './contract.js';

/** How much a model thinks before it answers; a token budget caps it. */
export type ReasoningEffort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';

export interface ToolDefinition {
  readonly name: string;
  /** JSON Schema of the arguments; undefined means any object. */
  readonly schema?: unknown;
  /** The input is free text rather than a JSON document. */
  readonly freeText?: boolean;
}

export interface ToolOffer {
  readonly tools: readonly ToolDefinition[];
  /** `auto`: call one unless the conversation's last turn is a tool's result. `required`: call one in any case. */
  readonly choice: 'auto' | 'required' | 'none' | { readonly name: string };
  /** The client asked for several calls in one reply. */
  readonly parallel: boolean;
}

export type ReplyFormat =
  | { readonly kind: 'text' }
  /** Some JSON object; one of the schema that the prompt states, if it does. */
  | { readonly kind: 'json'; readonly schema?: unknown }
  /** A document that satisfies the JSON Schema. */
  | { readonly kind: 'json_schema'; readonly schema: unknown };

export interface Conversation {
  /** The text of the last turn that a user wrote: what rules match and echo repeats. */
  readonly lastMessage: string;
  /** Whether the last turn is the result of a tool. */
  readonly endsWithToolResult: boolean;
}

export interface GenerationRequest {
  readonly model: ModelFacts;
  readonly promptTokens: number;
  /** How many of them need no prefill, because a cache holds what they mean; none unless given. */
  readonly cachedTokens?: number;
  readonly conversation: Conversation;
  /** How many independent answers (>= 1). */
  readonly choices: number;
  /** The most tokens one answer may have, reasoning included (>= 1). */
  readonly maxTokens: number;
  /** Whether text runs to that bound; if not, the model's own distribution of lengths decides. */
  readonly maxTokensGiven: boolean;
  readonly stops: readonly string[];
  readonly tools?: ToolOffer;
  readonly format?: ReplyFormat;
  /** Absent: the model's own habit. */
  readonly reasoning?: { readonly effort?: ReasoningEffort; readonly budgetTokens?: number };
}

export type GeneratedPart =
  | { readonly kind: 'reasoning' | 'text'; readonly tokens: readonly string[] }
  | {
      readonly kind: 'tool_call';
      readonly name: string;
      /** The input: a JSON document, or free text for a tool that takes it. */
      readonly tokens: readonly string[];
    };

export type Finish = 'stop' | 'length' | 'tool_calls' | 'content_filter';

export interface GeneratedChoice {
  /** At least one; one kind of part stands in one run: reasoning, then text, then tool calls. */
  readonly parts: readonly GeneratedPart[];
  readonly finish: Finish;
  /** The stop sequence that ended the text. */
  readonly stopSequence: string | undefined;
}

export interface Generation {
  readonly choices: readonly GeneratedChoice[];
  /** Of all choices, reasoning included. */
  readonly completionTokens: number;
  readonly reasoningTokens: number;
  /** When the first token is due after the request's arrival, in simulated time already scaled, µs. */
  readonly ttftUs: number;
  /** The gap before step i + 1 of every choice, µs; as long as the longest choice has steps, less one. */
  readonly itlUs: Float64Array;
  /** How many tokens a step gives to each choice as far as the part has them left, at least one; undefined where it is always one. */
  readonly stepTokens?: Uint32Array | undefined;
}

/** All tokens of one kind of part as one text. */
export function textOf(choice: GeneratedChoice, kind: 'reasoning' | 'text'): string {
  let text = '';
  // Token by token: a third of what join() takes, and whoever encodes the text flattens it.
  for (const part of choice.parts) if (part.kind === kind) for (const token of part.tokens) text += token;
  return text;
}

/** The tokens of all text of a choice. */
export function textTokensOf({ parts }: GeneratedChoice): readonly string[] {
  const texts = parts.filter(({ kind }) => kind === 'text');
  return texts.length === 1 ? texts[0].tokens : texts.flatMap(({ tokens }) => tokens);
}

/** How many tokens the parts have. */
export function tokensIn(parts: readonly GeneratedPart[]): number {
  return parts.reduce((sum, { tokens }) => sum + tokens.length, 0);
}

/** From the request's arrival to the last token, µs. */
export function e2eUsOf({ ttftUs, itlUs }: Generation): number {
  let sumUs = ttftUs;
  for (let step = 0; step < itlUs.length; step++) sumUs += itlUs[step];
  return sumUs;
}

/** One chunk on its way out. */
export interface Step {
  readonly choice: number;
  /** Which step of the model it is, from 0: chunks of several choices with the same number are due at the same time. */
  readonly at: number;
  /** The part's place in the choice, its first token's in the part, and how many tokens of the part it has. */
  readonly part: number;
  readonly token: number;
  readonly count: number;
  /** After the step before it, µs; the first counts from the request's arrival. */
  readonly delayUs: number;
  /** Nothing of the choice follows. */
  readonly last: boolean;
}

/** The text of `count` tokens; nothing is allocated for a single one. */
export function textAt(tokens: readonly string[], token: number, count: number): string {
  return count === 1 ? tokens[token] : tokens.slice(token, token + count).join('');
}

/**
 * Visits the chunks in the order in which they are due, the choices interleaved as one step of a serving engine gives something to each.
 * Parts that `shows` refuses take their time and are not visited: the delay of what follows grows by it. A choice without any token
 * to show is visited once, with token -1 and no tokens, at the time of its last step. The visitor gets the same object every time, for
 * the length of the call: a reply of thousands of tokens makes none per token.
 */
export function walkSteps(
  { choices, ttftUs, itlUs, stepTokens }: Generation,
  shows: (part: GeneratedPart) => boolean,
  visit: (step: Step) => void,
): void {
  const tracks = choices.map(({ parts }) => new Track(parts, shows, stepTokens));
  const steps = Math.max(...tracks.map(({ length }) => length));
  const step: Mutable<Step> = { choice: 0, at: 0, part: 0, token: 0, count: 0, delayUs: 0, last: false };
  let waitedUs = 0;
  for (let at = 0; at < steps; at++) {
    waitedUs += at === 0 ? ttftUs : (itlUs[at - 1] ?? 0);
    const tokens = tokensOfStep(stepTokens, at);
    for (let choice = 0; choice < tracks.length; choice++) {
      const track = tracks[choice];
      if (at >= track.length) continue;
      track.advance(tokens);
      step.last = at === track.lastStep;
      if (!track.describe(step) && !step.last) continue;
      step.choice = choice;
      step.at = at;
      step.delayUs = waitedUs;
      waitedUs = 0;
      visit(step);
    }
  }
}

type Mutable<Value> = { -readonly [Key in keyof Value]: Value[Key] };

/** How many tokens the step gives at most. A reply that became longer than it was planned goes on token by token. */
export function tokensOfStep(stepTokens: ArrayLike<number> | undefined, step: number): number {
  return stepTokens === undefined ? 1 : (stepTokens[step] ?? 1);
}

/** The way through a choice's parts, chunk by chunk. */
export class PartCursor {
  readonly #parts: readonly GeneratedPart[];
  /** Where the chunk begins, and how many tokens it has: none behind the last part. */
  part = 0;
  token = 0;
  count = 0;

  constructor(parts: readonly GeneratedPart[]) {
    this.#parts = parts;
  }

  /** To the next chunk. @param tokens how many it has at most, at least one */
  advance(tokens: number): void {
    const parts = this.#parts;
    this.token += this.count;
    while (this.part < parts.length && this.token >= parts[this.part].tokens.length) {
      this.part++;
      this.token = 0;
    }
    this.count = this.part < parts.length ? Math.min(tokens, parts[this.part].tokens.length - this.token) : 0;
  }

  /** Whether the chunk ends its part. */
  get endsPart(): boolean {
    return this.count > 0 && this.token + this.count === this.#parts[this.part].tokens.length;
  }
}

/** One choice on the walk: which tokens of which part are due at a step. */
class Track extends PartCursor {
  readonly #shown: readonly boolean[];
  /** Steps, at least one. */
  readonly length: number;
  /** The step behind which nothing is shown. */
  readonly lastStep: number;

  constructor(
    parts: readonly GeneratedPart[],
    shows: (part: GeneratedPart) => boolean,
    stepTokens: Uint32Array | undefined,
  ) {
    super(parts);
    this.#shown = parts.map(shows);
    let length = 0;
    let lastShown = -1;
    parts.forEach(({ tokens }, index) => {
      length += stepTokens === undefined ? tokens.length : stepsFor(tokens.length, stepTokens, length);
      if (this.#shown[index] && tokens.length > 0) lastShown = length - 1;
    });
    this.length = Math.max(1, length);
    this.lastStep = lastShown >= 0 ? lastShown : this.length - 1;
  }

  /** Says in the step which tokens the chunk has: none where it is not shown. Returns whether it is. */
  describe(step: Mutable<Step>): boolean {
    const isShown = this.#shown[this.part] ?? false;
    step.part = isShown ? this.part : Math.max(0, this.#shown.length - 1);
    step.token = isShown ? this.token : -1;
    step.count = isShown ? this.count : 0;
    return isShown;
  }
}

/** How many steps a part of so many tokens takes from a step on. */
function stepsFor(tokens: number, stepTokens: Uint32Array, from: number): number {
  let steps = 0;
  for (let left = tokens; left > 0; steps++) left -= tokensOfStep(stepTokens, from + steps);
  return steps;
}
