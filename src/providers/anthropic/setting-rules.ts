/** What a request's settings mean together: sampling, thinking and the choice among tools, in the sentences of the real API. */

import type { JsonObject } from '../../kernel/json-object.js';
import { invalidRequest } from './errors.js';
import { invalid, UNSET } from './field-rules.js';
import type { PromptRequest } from './messages-request.js';
import { isTunable, takesOneSamplingParameter, thinks } from './model-generation.js';
import { nameOf } from './tool-definitions.js';
import type { ToolChoice } from './tool-offer.js';

const THINKING_GUIDE = 'https://docs.claude.com/en/docs/build-with-claude/extended-thinking';
/** Less of the distribution is not allowed to a model that thinks. */
const TOP_P_MIN_OF_THINKING = 0.95;
/** From here on top_p counts as the default. Source: the SDK's types. */
const DEFAULT_TOP_P_MIN = 0.99;

export function checkSampling(body: JsonObject, { generation }: PromptRequest): void {
  if (!takesOneSamplingParameter(generation)) return;
  if (body.top_p === UNSET) throw invalidRequest('`top_p` cannot be set to -1 for this model.');
  if (!isTunable(generation)) checkDefaults(body);
  if (typeof body.temperature === 'number' && typeof body.top_p === 'number') {
    throw invalidRequest('`temperature` and `top_p` cannot both be specified for this model. Please use only one.');
  }
}

/** What models take for the sake of older clients: the defaults. */
function checkDefaults({ temperature, top_p: topP, top_k: topK }: JsonObject): void {
  if (typeof temperature === 'number' && temperature !== 1) throw deprecated('temperature');
  if (typeof topP === 'number' && topP < DEFAULT_TOP_P_MIN) throw deprecated('top_p');
  if (typeof topK === 'number') throw deprecated('top_k');
}

function deprecated(field: string): Error {
  return invalidRequest(`\`${field}\` is deprecated for this model.`);
}

export function checkThinking(
  { thinking, generation, toolChoice, messages, model }: PromptRequest,
  body: JsonObject,
): void {
  if (thinking?.type !== 'enabled' && thinking?.type !== 'adaptive') return;
  if (!thinks(generation)) throw invalidRequest(`'${model}' does not support thinking.`);
  if (thinking.type === 'enabled' && !isTunable(generation)) {
    throw invalidRequest(
      '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking ' +
        'behavior.',
    );
  }
  if (toolChoice?.type === 'any' || toolChoice?.type === 'tool') {
    throw invalidRequest('Thinking may not be enabled when tool_choice forces tool use.');
  }
  if (thinking.type === 'adaptive') return;
  if ((thinking.budget_tokens as number) >= (body.max_tokens as number)) {
    throw invalidRequest(
      `\`max_tokens\` must be greater than \`thinking.budget_tokens\`. Please consult our documentation at ${THINKING_GUIDE}` +
        '#max-tokens-and-context-window-size-with-extended-thinking',
    );
  }
  checkSamplingOfThinking(body);
  checkThinkingBlocks(messages);
}

function checkSamplingOfThinking({ temperature, top_p: topP, top_k: topK }: JsonObject): void {
  const guide = `Please consult our documentation at ${THINKING_GUIDE}`;
  if (typeof temperature === 'number' && temperature !== 1) {
    throw invalidRequest(`\`temperature\` may only be set to 1 when thinking is enabled. ${guide}`);
  }
  if (typeof topP === 'number' && topP !== UNSET && topP < TOP_P_MIN_OF_THINKING) {
    throw invalidRequest(
      `\`top_p\` must be greater than or equal to ${TOP_P_MIN_OF_THINKING} or unset when thinking is enabled. ${guide}`,
    );
  }
  if (typeof topK === 'number' && topK !== UNSET) {
    throw invalidRequest(`\`top_k\` must be unset when thinking is enabled. ${guide}`);
  }
}

/** An assistant's turn that the model goes on from, after tools or because the client began it, begins with its thinking. */
function checkThinkingBlocks(messages: PromptRequest['messages']): void {
  const index = messages.findLastIndex(({ role }) => role === 'assistant');
  if (index === -1) return;
  const { blocks, path } = messages[index];
  const goesOn = index === messages.length - 1 || blocks.some(({ type }) => type === 'tool_use');
  const first = blocks[0]?.type;
  if (!goesOn || first === undefined || first === 'thinking' || first === 'redacted_thinking') return;
  throw invalid(
    `${path}.content.0.type`,
    `Expected \`thinking\` or \`redacted_thinking\`, but found \`${first}\`. When \`thinking\` is enabled, a final \`assistant\` message ` +
      'must start with a thinking block (preceeding the lastmost set of `tool_use` and `tool_result` blocks). We recommend you include ' +
      'thinking blocks from previous turns. To avoid this requirement, disable `thinking`. Please consult our documentation at ' +
      THINKING_GUIDE,
  );
}

export function checkTools(tools: readonly JsonObject[], choice: ToolChoice | undefined): void {
  const names = new Set<string>();
  for (const tool of tools) {
    const name = nameOf(tool);
    if (name === undefined) continue;
    if (names.has(name)) throw invalid('tools', 'Tool names must be unique.');
    names.add(name);
  }
  if (choice === undefined || choice.type === 'auto' || choice.type === 'none') return;
  if (tools.length === 0) throw invalid('tool_choice', 'tool_choice may only be specified while providing tools');
  if (choice.type === 'tool' && !names.has(choice.name as string)) {
    throw invalid('tool_choice', `Tool '${choice.name}' not found in provided tools`);
  }
}
