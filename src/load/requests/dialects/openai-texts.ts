/**
 * The endpoints of OpenAI's that take a text: POST /v1/completions goes on with it, POST /v1/embeddings embeds it. Both have neither roles nor
 * turns; prefix and messages become one text, in paragraphs. Sources: CreateCompletionRequest and CreateEmbeddingRequest of OpenAI's published
 * OpenAPI document.
 */
import type { Framing, RequestDialect, TurnContent } from './contract.js';

/** Texts are counted as they are, but for the token of each break between them. */
const FRAMING: Framing = { message: 0, prefix: 1, priming: 0 };

function wholeText({ prefix, messages }: TurnContent): string {
  const texts = messages.map(({ text }) => text);
  return (prefix === '' ? texts : [prefix, ...texts]).join('\n\n');
}

const common = {
  framing: FRAMING,
  key: (apiKey: string) => ['authorization', `Bearer ${apiKey}`] as const,
  headers: {},
};

export const openaiCompletions: RequestDialect = {
  ...common,
  name: 'openai.completions',
  streams: true,
  path: () => '/v1/completions',
  body: (turn) => ({
    model: turn.model,
    prompt: wholeText(turn),
    ...(turn.outputTokens === undefined ? {} : { max_tokens: turn.outputTokens }),
    ...(turn.stream ? { stream: true, stream_options: { include_usage: true } } : {}),
  }),
};

export const openaiEmbeddings: RequestDialect = {
  ...common,
  name: 'openai.embeddings',
  streams: false,
  path: () => '/v1/embeddings',
  body: (turn) => ({ model: turn.model, input: wholeText(turn) }),
};
