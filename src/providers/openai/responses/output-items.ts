/**
 * What the model said as the output items of a response: reasoning, a message, calls of functions and custom tools. Shapes: OutputItem and
 * what it refers to in OpenAI's published OpenAPI document.
 */

import type { JsonObject } from '../../../kernel/json-object.js';
import type { Simulation, TokenProbability } from '../../contract.js';
import type { GeneratedChoice, GeneratedPart } from '../../generation.js';
import { encryptedContent } from './encrypted-content.js';
import { outputText } from './item-resources.js';
import { summariesOf } from './reasoning-summary.js';
import type { ResponseIds } from './response-ids.js';
import type { PastCall } from './stored-response.js';
import type { Callable } from './tool-offer.js';

export interface OutputWishes {
  /** Whether reasoning is summed up, and how. */
  readonly summary: unknown;
  /** Alternatives that each token lists; undefined where probabilities were not asked for. */
  readonly topLogprobs: number | undefined;
  readonly callables: ReadonlyMap<string, Callable>;
}

/** One item for each part of the choice. */
export function outputItems(
  choice: GeneratedChoice,
  wishes: OutputWishes,
  ids: ResponseIds,
  simulation: Simulation,
): JsonObject[] {
  return choice.parts.map((part, index) => {
    const cut = choice.finish !== 'stop' && choice.finish !== 'tool_calls' && index === choice.parts.length - 1;
    return outputItem(part, cut ? 'incomplete' : 'completed', wishes, ids, simulation);
  });
}

function outputItem(
  part: GeneratedPart,
  status: 'completed' | 'incomplete',
  wishes: OutputWishes,
  ids: ResponseIds,
  simulation: Simulation,
): JsonObject {
  const said = part.tokens.join('');
  if (part.kind === 'tool_call') return callItem(part.name, said, status, wishes, ids);
  if (part.kind === 'reasoning') {
    return {
      id: ids.next('rs'),
      type: 'reasoning',
      encrypted_content: encryptedContent(part.tokens.length, simulation),
      summary: summariesOf(part.tokens, wishes.summary).map((tokens) => ({
        type: 'summary_text',
        text: tokens.join(''),
      })),
    };
  }
  const { topLogprobs } = wishes;
  const probabilities =
    topLogprobs === undefined ? [] : simulation.tokenProbabilities(part.tokens, topLogprobs).map(logprob);
  return {
    id: ids.next('msg'),
    type: 'message',
    status,
    role: 'assistant',
    content: [outputText(said, probabilities)],
  };
}

function callItem(
  name: string,
  input: string,
  status: string,
  { callables }: OutputWishes,
  ids: ResponseIds,
): JsonObject {
  const callable = callables.get(name);
  const namespace = callable?.namespace === undefined ? {} : { namespace: callable.namespace };
  // A reply rule may call what the request did not offer.
  if (callable?.type === 'custom')
    return { id: ids.next('ctc'), type: 'custom_tool_call', call_id: ids.nextCall(), input, name, ...namespace };
  return {
    id: ids.next('fc'),
    type: 'function_call',
    status,
    arguments: input,
    call_id: ids.nextCall(),
    name,
    ...namespace,
  };
}

const encoder = new TextEncoder();

function logprob({ token, logprob, top }: TokenProbability): JsonObject {
  return {
    token,
    logprob,
    bytes: [...encoder.encode(token)],
    top_logprobs: top.map((entry) => ({ ...entry, bytes: [...encoder.encode(entry.token)] })),
  };
}

/** The calls that tools may answer. */
export function callsIn(output: readonly JsonObject[]): PastCall[] {
  return output.flatMap((item) =>
    item.call_id === undefined ? [] : [{ id: String(item.call_id), complete: item.status !== 'incomplete' }],
  );
}
