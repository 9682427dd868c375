/** A chat completion as one document. Shape: CreateChatCompletionResponse of OpenAI's published OpenAPI document. */
import type { ApiRequest, Simulation } from '../../contract.js';
import { e2eUsOf, textOf, textTokensOf } from '../../generation.js';
import { replyHeaders } from '../identity.js';
import { usageOf } from '../usage.js';
import type { ChatAnswer, ChatCall, ChatChoice } from './answer.js';
import type { Speech } from './audio.js';
import type { ChatRequest } from './chat-request.js';
import { tokenLogprob } from './logprobs.js';

/** Writes the plan of the reply, which comes when its last token would have. */
export function writeChatWhole(
  answer: ChatAnswer,
  request: ChatRequest,
  call: ApiRequest,
  simulation: Simulation,
): void {
  const { reply, generation, usage, speech, moderation } = answer;
  const e2eUs = e2eUsOf(generation);
  const body = JSON.stringify({
    id: reply.id,
    object: 'chat.completion',
    created: reply.created,
    model: reply.model,
    choices: generation.choices.map((choice, index) => ({
      index,
      message: messageOf(choice, speech),
      logprobs: logprobsOf(choice, request.topLogprobs, simulation),
      finish_reason: choice.finishReason,
    })),
    usage: usageOf(usage),
    service_tier: reply.serviceTier,
    system_fingerprint: reply.fingerprint,
    moderation,
  });
  simulation.plan.whole(200, replyHeaders('application/json', e2eUs, simulation, call), body, e2eUs);
}

function messageOf(choice: ChatChoice, speech: Speech | undefined): object {
  const { calls } = choice;
  const content = textOf(choice, 'text');
  const isElsewhere = speech !== undefined || choice.refused || (content === '' && calls.length > 0);
  return {
    role: 'assistant',
    content: isElsewhere ? null : content,
    ...callsOf(choice),
    refusal: choice.refused ? content : null,
    annotations: [],
    ...(speech && { audio: speech.whole(textTokensOf(choice)) }),
  };
}

function callsOf(choice: ChatChoice): object {
  const { calls } = choice;
  if (calls.length === 0) return {};
  if (calls[0].form !== 'legacy') return { tool_calls: calls.map((call) => callObject(call, inputOf(choice, call))) };
  return { function_call: { name: calls[0].name, arguments: inputOf(choice, calls[0]) } };
}

function callObject({ id, name, form }: ChatCall, input: string): object {
  return form === 'custom'
    ? { id, type: 'custom', custom: { name, input } }
    : { id, type: 'function', function: { name, arguments: input } };
}

function inputOf({ parts }: ChatChoice, { part }: ChatCall): string {
  return parts[part].tokens.join('');
}

/** Of the text's tokens; a choice without text has none. */
function logprobsOf({ parts, refused }: ChatChoice, top: number | undefined, simulation: Simulation): object | null {
  const texts = parts.filter(({ kind }) => kind === 'text');
  if (top === undefined || texts.length === 0) return null;
  const logprobs = texts.flatMap(({ tokens }) => simulation.tokenProbabilities(tokens, top)).map(tokenLogprob);
  return refused ? { content: null, refusal: logprobs } : { content: logprobs, refusal: null };
}
