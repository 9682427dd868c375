/** A plain completion as one document. Shape: CreateCompletionResponse of OpenAI's published OpenAPI document. */
import type { ApiRequest, Simulation } from '../../contract.js';
import { e2eUsOf } from '../../generation.js';
import { replyHeaders } from '../identity.js';
import { usageOf } from '../usage.js';
import { type ChoiceText, type CompletionAnswer, joined } from './choices.js';

/** Writes the plan of the reply, which comes when its last token would have. */
export function writeCompletionWhole(
  answer: CompletionAnswer,
  texts: readonly ChoiceText[],
  call: ApiRequest,
  simulation: Simulation,
): void {
  const e2eUs = e2eUsOf(answer.generation);
  const body = JSON.stringify({
    id: answer.id,
    object: 'text_completion',
    created: answer.created,
    model: answer.model,
    choices: texts.map(({ echoed, echoLogprobs, tokens, logprobs, finish }, index) => ({
      text: echoed + tokens.join(''),
      index,
      logprobs: (echoLogprobs && logprobs ? joined(echoLogprobs, logprobs) : logprobs) ?? null,
      finish_reason: finish,
    })),
    usage: usageOf(answer.usage),
    system_fingerprint: answer.fingerprint,
  });
  simulation.plan.whole(200, replyHeaders('application/json', e2eUs, simulation, call), body, e2eUs);
}
