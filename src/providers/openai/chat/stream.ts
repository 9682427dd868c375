/**
 * A chat completion as server-sent events. Shape: CreateChatCompletionStreamResponse of OpenAI's published OpenAPI document.
 *
 *   data: {…"delta":{"role":"assistant","content":"",…}…}                 due after TTFT, for each choice
 *   data: {…"delta":{"content":"Hello"}…}                                 one per chunk and choice, the first with the role
 *   data: {…"delta":{"tool_calls":[{"index":0,"id":…,"arguments":""}]}…}  with a call's first token, which follows
 *   data: {…"delta":{},"finish_reason":"stop"…}                           with the choice's last token
 *   data: {…"choices":[],"usage":{…}}                                     when stream_options.include_usage asked for it
 *   data: [DONE]
 *
 * The constant part of the frequent lines is a template each, so that a frame costs the tokens' own bytes; the rare ones share one. The
 * chunks of several choices interleave, as one step of a serving engine gives something to each. Reasoning is not shown.
 */
import type { PlanWriter } from '../../../runtime/response-plan.js';
import type { ApiRequest, Simulation } from '../../contract.js';
import { type GeneratedPart, type Step, textAt, walkSteps } from '../../generation.js';
import { escapeJson } from '../../json-text.js';
import { replyHeaders } from '../identity.js';
import { Obfuscation } from '../obfuscation.js';
import { type TokenUsage, usageOf } from '../usage.js';
import type { ChatAnswer, ChatChoice, ChatReply } from './answer.js';
import type { Speech } from './audio.js';
import type { ChatRequest } from './chat-request.js';
import { callAt, callHead, closeOf, hasText, logprobsOf, openingOf, openOf, opensWithCall } from './deltas.js';
import { tokenLogprob } from './logprobs.js';

/** Parts with a template of their own; those of further choices and calls use the shared one. */
const PART_TEMPLATES_MAX = 256;

/** Writes the plan of the stream. */
export function writeChatStream(
  answer: ChatAnswer,
  request: ChatRequest,
  call: ApiRequest,
  simulation: Simulation,
): void {
  const { plan } = simulation;
  plan.stream(replyHeaders('text/event-stream; charset=utf-8', answer.generation.ttftUs, simulation, call));
  const writer = new ChatStreamWriter(answer, request, simulation);
  walkSteps(answer.generation, isShown, (step) => writer.step(step));
  writer.end();
}

function isShown({ kind }: GeneratedPart): boolean {
  return kind !== 'reasoning';
}

class ChatStreamWriter {
  readonly #choices: readonly ChatChoice[];
  /** Which call a part is the input of, -1 for text: by choice, then by part. */
  readonly #callAts: readonly (readonly number[])[];
  readonly #usage: TokenUsage;
  readonly #plan: PlanWriter;
  readonly #obfuscation: Obfuscation | undefined;
  /** What follows a choice in its chunk, up to the padding if there is one. */
  readonly #tail: string;
  /** Around a token: by choice, then by part. */
  readonly #partTemplates: readonly (readonly (number | undefined)[])[];
  /** Around all that varies in a chunk. */
  readonly #rareTemplate: number;
  readonly #doneTemplate: number;
  readonly #includeUsage: boolean;
  /** Probabilities of the tokens, already JSON: by choice, then by part. */
  readonly #logprobs: readonly (readonly (readonly string[] | undefined)[])[] | undefined;
  readonly #speech: Speech | undefined;
  readonly #moderation: object | undefined;
  /** How many calls of each choice have been introduced; undefined for one that has not begun. */
  readonly #announced: (number | undefined)[] = [];

  constructor(answer: ChatAnswer, { includeUsage, obfuscate, topLogprobs }: ChatRequest, simulation: Simulation) {
    this.#choices = answer.generation.choices;
    this.#callAts = this.#choices.map((choice) => choice.parts.map((_, part) => callAt(choice, part)));
    this.#usage = answer.usage;
    this.#speech = answer.speech;
    this.#moderation = answer.moderation;
    this.#plan = simulation.plan;
    this.#includeUsage = includeUsage;
    this.#obfuscation = obfuscate ? new Obfuscation(simulation.random('obfuscation')) : undefined;
    this.#logprobs = topLogprobs === undefined ? undefined : logprobTexts(this.#choices, topLogprobs, simulation);
    const head = headOf(answer.reply);
    this.#tail = includeUsage ? '],"usage":null' : ']';
    this.#partTemplates = this.#declareParts(head);
    this.#rareTemplate = this.#plan.template('', '\n\n', head);
    this.#doneTemplate = this.#plan.template('data: [DONE]\n\n', '');
  }

  /** One chunk of one choice. */
  step(step: Step): void {
    const { choice: index, part, delayUs, last } = step;
    const choice = this.#choices[index];
    let waitUs = delayUs;
    if (this.#announced[index] === undefined) {
      const logprobs = this.#logprobs && hasText(choice) ? logprobsOf(choice, '') : undefined;
      this.#rare(index, waitUs, openingOf(choice, this.#speech), logprobs);
      this.#announced[index] = opensWithCall(choice) ? 1 : 0;
      waitUs = 0;
    }
    waitUs = this.#announce(index, this.#callAts[index][part] + 1, waitUs);
    if (step.count > 0) {
      this.#chunk(step, waitUs);
      this.#plan.shows(step.count);
    }
    if (!last) return;
    this.#announce(index, choice.calls.length, 0);
    if (this.#speech !== undefined) this.#rare(index, 0, `{"audio":{"expires_at":${this.#speech.expiresAt}}}`);
    this.#rare(index, 0, '{}', undefined, choice.finishReason);
  }

  /** What comes after the last choice's end. */
  end(): void {
    if (this.#moderation !== undefined) {
      const found = `${this.#tail},"moderation":${JSON.stringify(this.#moderation)}`;
      this.#plan.frame(this.#rareTemplate, 0, found + this.#closing(0));
    }
    if (this.#includeUsage) {
      const usage = `],"usage":${JSON.stringify(usageOf(this.#usage))}`;
      this.#plan.frame(this.#rareTemplate, 0, usage + this.#closing(0));
    }
    this.#plan.frame(this.#doneTemplate, 0, '');
  }

  /** Introduces the choice's calls up to the given number; the rest of the wait is left when there was none. */
  #announce(index: number, upTo: number, waitUs: number): number {
    const { calls } = this.#choices[index];
    let leftUs = waitUs;
    for (let at = this.#announced[index] ?? 0; at < upTo; at++) {
      this.#rare(index, leftUs, callHead(calls[at], at));
      this.#announced[index] = at + 1;
      leftUs = 0;
    }
    return leftUs;
  }

  #declareParts(head: string): readonly (readonly (number | undefined)[])[] {
    let declared = 0;
    return this.#choices.map((choice, index) =>
      choice.parts.map((part, at) => {
        if (!isShown(part) || part.tokens.length === 0 || declared === PART_TEMPLATES_MAX) return undefined;
        declared++;
        const call = this.#callAts[index][at];
        const suffix = this.#hasVaryingEnd(part) ? '\n\n' : `${closeOf(choice, call, {})}${this.#tail}}\n\n`;
        return this.#plan.template(openOf(choice, index, call, this.#speech !== undefined), suffix, head);
      }),
    );
  }

  #hasVaryingEnd({ kind }: GeneratedPart): boolean {
    const varies = this.#logprobs !== undefined || this.#speech !== undefined;
    return this.#obfuscation !== undefined || (varies && kind === 'text');
  }

  #chunk({ choice: index, part, token, count }: Step, delayUs: number): void {
    const choice = this.#choices[index];
    const template = this.#partTemplates[index][part];
    const generated = choice.parts[part];
    const said = textAt(generated.tokens, token, count);
    const text = escapeJson(said);
    if (template !== undefined && !this.#hasVaryingEnd(generated)) {
      this.#plan.frame(template, delayUs, text);
      return;
    }
    const call = this.#callAts[index][part];
    const sound = generated.kind === 'text' ? this.#speech?.sound(generated.tokens, token, count) : undefined;
    const logprobs = this.#logprobs?.[index][part]?.slice(token, token + count).join(',');
    const end = text + closeOf(choice, call, { logprobs, sound }) + this.#tail + this.#closing(said.length);
    if (template !== undefined) this.#plan.frame(template, delayUs, end);
    else this.#plan.frame(this.#rareTemplate, delayUs, openOf(choice, index, call, this.#speech !== undefined) + end);
  }

  #rare(index: number, delayUs: number, delta: string, logprobs = 'null', finish?: string): void {
    const reason = finish === undefined ? 'null' : JSON.stringify(finish);
    const choice = `{"index":${index},"delta":${delta},"logprobs":${logprobs},"finish_reason":${reason}}`;
    this.#plan.frame(this.#rareTemplate, delayUs, choice + this.#tail + this.#closing(0));
  }

  /** The end of a chunk's document, with padding where it is asked for. */
  #closing(textLength: number): string {
    return this.#obfuscation === undefined ? '}' : `,"obfuscation":"${this.#obfuscation.pad(textLength)}"}`;
  }
}

function headOf(reply: ChatReply): string {
  return (
    `data: {"id":${JSON.stringify(reply.id)},"object":"chat.completion.chunk","created":${reply.created},` +
    `"model":${JSON.stringify(reply.model)},"service_tier":${JSON.stringify(reply.serviceTier)},` +
    `"system_fingerprint":${JSON.stringify(reply.fingerprint)},"choices":[`
  );
}

function logprobTexts(
  choices: readonly ChatChoice[],
  top: number,
  simulation: Simulation,
): (readonly string[] | undefined)[][] {
  return choices.map(({ parts }) =>
    parts.map(({ kind, tokens }) =>
      kind === 'text'
        ? simulation.tokenProbabilities(tokens, top).map((probability) => JSON.stringify(tokenLogprob(probability)))
        : undefined,
    ),
  );
}
