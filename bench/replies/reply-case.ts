/** What is asked for: one request per endpoint that answers in one piece, each with a prompt of some 1 KB. */

export interface ReplyCase {
  readonly name: string;
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: object;
}

/** How many bodies differ before they come again. */
const BODIES = 1_000;
const REPLY_TOKENS = 50;
const PROMPT = 'The gateway forwards each request to an upstream and measures how long the answer takes. '.repeat(11);
const OPENAI = { authorization: 'Bearer sk-bench' };
const ANTHROPIC = { 'x-api-key': 'sk-bench', 'anthropic-version': '2023-06-01' };
const GEMINI = { 'x-goog-api-key': 'bench' };

const messages = [{ role: 'user', content: PROMPT }];
const contents = [{ role: 'user', parts: [{ text: PROMPT }] }];
const WEATHER = {
  type: 'object',
  properties: {
    city: { type: 'string' },
    unit: { enum: ['celsius', 'fahrenheit'] },
    days: { type: 'integer', minimum: 1 },
  },
  required: ['city', 'unit', 'days'],
  additionalProperties: false,
};

export const replyCases: readonly ReplyCase[] = [
  {
    name: 'OpenAI chat, 50 tokens',
    path: '/v1/chat/completions',
    headers: OPENAI,
    body: { model: 'gpt-4o-mini', messages, max_tokens: REPLY_TOKENS },
  },
  {
    name: 'OpenAI chat, tool call',
    path: '/v1/chat/completions',
    headers: OPENAI,
    body: {
      model: 'gpt-4o-mini',
      messages,
      tools: [{ type: 'function', function: { name: 'get_weather', parameters: WEATHER } }],
    },
  },
  {
    name: 'OpenAI responses, 50 tokens, not stored',
    path: '/v1/responses',
    headers: OPENAI,
    body: { model: 'gpt-4o-mini', input: PROMPT, max_output_tokens: REPLY_TOKENS, store: false },
  },
  {
    name: 'OpenAI responses, 50 tokens, stored',
    path: '/v1/responses',
    headers: OPENAI,
    body: { model: 'gpt-4o-mini', input: PROMPT, max_output_tokens: REPLY_TOKENS },
  },
  {
    name: 'OpenAI embedding, 1536 dimensions, base64',
    path: '/v1/embeddings',
    headers: OPENAI,
    body: { model: 'text-embedding-3-small', input: PROMPT, encoding_format: 'base64' },
  },
  {
    name: 'Anthropic messages',
    path: '/v1/messages',
    headers: ANTHROPIC,
    body: { model: 'claude-sonnet-4-5', messages, max_tokens: REPLY_TOKENS },
  },
  {
    name: 'Anthropic count_tokens',
    path: '/v1/messages/count_tokens',
    headers: ANTHROPIC,
    body: { model: 'claude-sonnet-4-5', messages },
  },
  {
    name: 'Gemini generateContent, 50 tokens',
    path: '/v1beta/models/gemini-2.0-flash:generateContent',
    headers: GEMINI,
    body: { contents, generationConfig: { maxOutputTokens: REPLY_TOKENS } },
  },
  {
    name: 'Gemini countTokens',
    path: '/v1beta/models/gemini-2.0-flash:countTokens',
    headers: GEMINI,
    body: { contents },
  },
];

/** Bodies of the case as JSON, each with a prompt of its own: as long, of the same words, in an order that no other has. */
export function bodiesOf({ body }: ReplyCase): string[] {
  const text = JSON.stringify(body);
  const words = PROMPT.trim().split(' ');
  return Array.from({ length: BODIES }, (_, index) => text.replace(PROMPT, `${shuffled(words, index).join(' ')} `));
}

/** By a generator of Lehmer's, so that every run sends the same. */
function shuffled(words: readonly string[], seed: number): string[] {
  const order = [...words];
  let state = seed + 1;
  for (let left = order.length - 1; left > 0; left--) {
    state = (state * 48_271) % 0x7fff_ffff;
    const at = state % (left + 1);
    [order[left], order[at]] = [order[at]!, order[left]!];
  }
  return order;
}
