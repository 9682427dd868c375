/**
 * A chat completion as server-sent events. Shape: CreateChatCompletionStreamResponse of OpenAI's published OpenAPI document.
 *
 *   data: {…"delta":{"role":"assistant","content":"Hello",…}…}   due after TTFT, for each choice
 *   data: {…"delta":{"content":" there"}…}                       one per token and choice, due after one ITL more
 *   data: {…"delta":{},"finish_reason":"stop"…}                  with the choice's last token
 *   data: {…"choices":[],"usage":{…}}                            when stream_options.include_usage asked for it
 *   data: [DONE]
 *
 * The constant part of each line is a template, so that a frame costs the token's own bytes. The tokens of several choices
 * interleave, as one step of a serving engine gives one token to each.
 */

import type { PlanWriter } from '../../runtime/response-plan.js';
import type { Simulation } from '../contract.js';
import { type GeneratedPart, type Generation, walkSteps } from '../generation.js';
import { replyHeaders } from './identity.js';
import { usageOf } from './usage.js';

/** What is the same in every chunk of a reply. */
export interface ChatReply {
  readonly id: string;
  readonly created: number;
  readonly model: string;
  readonly fingerprint: string;
}

interface ChoiceTemplates {
  readonly next: number;
  readonly first: number;
  readonly finish: number;
}

/** Writes the plan of the stream. */
export function writeChatStream(
  reply: ChatReply,
  generation: Generation,
  promptTokens: number,
  includeUsage: boolean,
  simulation: Simulation,
): void {
  const { plan } = simulation;
  plan.stream(replyHeaders('text/event-stream; charset=utf-8', generation.ttftUs, simulation));
  const head =
    `data: {"id":${JSON.stringify(reply.id)},"object":"chat.completion.chunk","created":${reply.created},` +
    `"model":${JSON.stringify(reply.model)},"service_tier":"default","system_fingerprint":${JSON.stringify(reply.fingerprint)},"choices":[`;
  const tail = includeUsage ? '],"usage":null}\n\n' : ']}\n\n';
  const templates = generation.choices.map((_, index) => choiceTemplates(plan, head, tail, index));
  const usageTemplate = includeUsage ? plan.template('],"usage":', '}\n\n', head) : -1;
  const doneTemplate = plan.template('data: [DONE]\n\n', '');
  writeSteps(plan, generation, templates);
  if (includeUsage) plan.frame(usageTemplate, 0, JSON.stringify(usageOf(promptTokens, generation)));
  plan.frame(doneTemplate, 0, '');
}

function choiceTemplates(plan: PlanWriter, head: string, tail: string, index: number): ChoiceTemplates {
  const choice = `{"index":${index},"delta":`;
  const open = `,"logprobs":null,"finish_reason":null}${tail}`;
  return {
    next: plan.template(`${choice}{"content":"`, `"}${open}`, head),
    first: plan.template(`${choice}{"role":"assistant","content":"`, `","refusal":null}${open}`, head),
    finish: plan.template(`${choice}{},"logprobs":null,"finish_reason":"`, `"}${tail}`, head),
  };
}

function writeSteps(plan: PlanWriter, generation: Generation, templates: readonly ChoiceTemplates[]): void {
  const begun = new Set<number>();
  const isShown = ({ kind }: GeneratedPart) => kind === 'text';
  walkSteps(generation, isShown, ({ choice, part, token, delayUs, last }) => {
    const { parts, finish } = generation.choices[choice];
    const { first, next, finish: end } = templates[choice];
    plan.frame(begun.has(choice) ? next : first, delayUs, escapeJson(parts[part]?.tokens[token] ?? ''));
    begun.add(choice);
    if (last) plan.frame(end, 0, finish);
  });
}

/** The text as the inside of a JSON string. */
function escapeJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
