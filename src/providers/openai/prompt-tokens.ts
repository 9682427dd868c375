/**
 * How many tokens a chat prompt has. The overhead per message is the one OpenAI publishes in its cookbook ("How to count tokens with
 * tiktoken"): three tokens frame a message, one more goes with a name, and three prime the answer.
 */
import type { Tokenizer } from '../../content/contract.js';
import type { ChatMessage } from './chat-request.js';

const TOKENS_PER_MESSAGE = 3;
const TOKENS_PER_NAME = 1;
const TOKENS_PRIMING_THE_ANSWER = 3;
/** A low-detail image; other parts that are not text are counted alike. Source: OpenAI's vision guide. */
const TOKENS_PER_OTHER_PART = 85;

export function countPromptTokens(messages: readonly ChatMessage[], tokenizer: Tokenizer): number {
  let tokens = TOKENS_PRIMING_THE_ANSWER;
  for (const { role, name, texts, otherParts } of messages) {
    tokens += TOKENS_PER_MESSAGE + tokenizer.count(role) + otherParts * TOKENS_PER_OTHER_PART;
    if (name !== undefined) tokens += TOKENS_PER_NAME + tokenizer.count(name);
    for (const text of texts) tokens += tokenizer.count(text);
  }
  return tokens;
}
