/**
 * Valid requests and wrong ones in every dialect and on every kind of endpoint, drawn from a seed: streams and whole replies, tools,
 * documents, several choices, stop sequences, reasoning, vectors, verdicts, counts, lists of models, and what APIs reject. None of them needs what
 * another leaves behind, so any order gives each the same answer.
 */
import fc from 'fast-check';
import type { Provider } from '../../src/providers/contract.js';
import { endpoints } from '../../src/providers/registry.js';
import { VALID_BODIES } from '../http/valid-bodies.js';

export interface RandomRequest {
  readonly method: 'GET' | 'POST';
  /** With the query. */
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  /** JSON, or what is meant to be; empty for GET. */
  readonly body: string;
}

/** `count` requests, the same ones for the same seed. */
export function randomRequests(count: number, seed: number): RandomRequest[] {
  return fc.sample(request, { numRuns: count, seed });
}

type Fields = { readonly [name: string]: unknown };

const CREDENTIALS: { readonly [provider in Provider['name']]: Readonly<Record<string, string>> } = {
  openai: { authorization: 'Bearer sk-any' },
  azure: { 'api-key': 'any' },
  anthropic: { 'x-api-key': 'any', 'anthropic-version': '2023-06-01' },
  gemini: { 'x-goog-api-key': 'any' },
};
const AZURE_VERSION = '?api-version=2025-04-01-preview';

const words = [
  'sky',
  'blue',
  'ring',
  'buffer',
  'Oslo',
  'weather',
  'überall',
  '東京',
  '🙂',
  'fail',
  'slow',
  'why?',
  '\n',
];
const prompt = fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 30 }).map((chosen) => chosen.join(' '));
const tokens = fc.integer({ min: 1, max: 40 });
const schema = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 1, maximum: 7 } },
  required: ['city', 'days'],
  additionalProperties: false,
};
const wild = fc.constantFrom<Fields>(
  { temperature: 9 },
  { max_tokens: -1, max_output_tokens: -1 },
  { model: 'nobody' },
  { model: 7 },
  { messages: 'none', contents: 7, input: false },
  { n: 10_000 },
);

/** Some of the fields, each one or not. */
const some = (fields: { readonly [name: string]: fc.Arbitrary<unknown> }): fc.Arbitrary<Fields> =>
  fc.record(fields, { requiredKeys: [], noNullPrototype: true });

const post = (
  provider: Provider['name'],
  path: fc.Arbitrary<string>,
  ...fields: readonly fc.Arbitrary<Fields>[]
): fc.Arbitrary<RandomRequest> =>
  fc.tuple(path, fc.tuple(...fields)).map(([chosen, parts]) => ({
    method: 'POST',
    path: chosen,
    headers: CREDENTIALS[provider],
    body: JSON.stringify(Object.assign({}, ...parts)),
  }));

const at = (path: string): fc.Arbitrary<string> => fc.constant(path);
const chatTools = [{ type: 'function', function: { name: 'get_weather', parameters: schema } }];
const jsonSchema = { type: 'json_schema', json_schema: { name: 'city', strict: true, schema } };

const chatFields = some({
  max_completion_tokens: tokens,
  stream: fc.boolean(),
  n: fc.integer({ min: 1, max: 4 }),
  stop: fc.constantFrom(['\n'], [' the', '.']),
  seed: fc.nat(5),
  logprobs: fc.boolean(),
  user: fc.constantFrom('ann', 'bob'),
});
const chatExtras = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Fields>({}) },
  fc.constantFrom<Fields>(
    { tools: chatTools },
    { tools: chatTools, tool_choice: 'required', parallel_tool_calls: true },
    { response_format: jsonSchema },
    { response_format: { type: 'json_object' } },
    { stream: true, stream_options: { include_usage: true } },
  ),
);
const chatMessages = prompt.map((content): Fields => ({ messages: [{ role: 'user', content: `${content} JSON` }] }));
const chat = post(
  'openai',
  at('/v1/chat/completions'),
  fc.constantFrom({ model: 'gpt-4o' }, { model: 'gpt-4o-mini' }, { model: 'gpt-4.1' }),
  chatMessages,
  chatFields,
  chatExtras,
);
const azureChat = post(
  'azure',
  at(`/openai/deployments/gpt-4o/chat/completions${AZURE_VERSION}`),
  chatMessages,
  chatFields,
  chatExtras,
);
const reasoningChat = post(
  'openai',
  at('/v1/chat/completions'),
  chatMessages,
  some({ stream: fc.boolean(), reasoning_effort: fc.constantFrom('low', 'medium') }),
  tokens.map((max): Fields => ({ model: 'o3-mini', max_completion_tokens: 20 + max })),
);
const completions = post(
  'openai',
  at('/v1/completions'),
  prompt.map((text): Fields => ({ model: 'gpt-3.5-turbo-instruct', prompt: text })),
  some({ max_tokens: tokens, stream: fc.boolean(), n: fc.integer({ min: 1, max: 3 }), echo: fc.boolean() }),
);
const responses = post(
  'openai',
  at('/v1/responses'),
  prompt.map((input): Fields => ({ input, store: false })),
  fc.constantFrom({ model: 'gpt-4o' }, { model: 'gpt-5', reasoning: { effort: 'low', summary: 'auto' } }),
  some({
    stream: fc.boolean(),
    tools: fc.constant([{ type: 'function', name: 'get_weather', parameters: schema, strict: true }]),
  }),
  tokens.map((max): Fields => ({ max_output_tokens: 16 + max })),
);
const messages = post(
  'anthropic',
  at('/v1/messages'),
  prompt.map((content): Fields => ({ model: 'claude-sonnet-4-5', messages: [{ role: 'user', content }] })),
  tokens.map((max): Fields => ({ max_tokens: max })),
  some({ stream: fc.boolean(), stop_sequences: fc.constant(['.']), system: fc.constant('Be brief.') }),
  fc.constantFrom<Fields>(
    {},
    { tools: [{ name: 'get_weather', input_schema: schema }] },
    { max_tokens: 1_060, thinking: { type: 'enabled', budget_tokens: 1_024 } },
  ),
);
const gemini = post(
  'gemini',
  fc
    .constantFrom('generateContent', 'streamGenerateContent', 'streamGenerateContent?alt=sse')
    .map((verb) => `/v1beta/models/gemini-2.5-flash:${verb}`),
  prompt.map((text): Fields => ({ contents: [{ role: 'user', parts: [{ text }] }] })),
  fc
    .record({
      maxOutputTokens: tokens,
      candidateCount: fc.integer({ min: 1, max: 3 }),
      thinkingConfig: fc.constant({ thinkingBudget: 0 }),
    })
    .map((generationConfig): Fields => ({ generationConfig })),
);
const embeddings = post(
  'openai',
  at('/v1/embeddings'),
  fc.array(prompt, { minLength: 1, maxLength: 3 }).map((input): Fields => ({ model: 'text-embedding-3-small', input })),
  some({ dimensions: fc.integer({ min: 1, max: 64 }), encoding_format: fc.constantFrom('float', 'base64') }),
);
const moderations = post(
  'openai',
  at('/v1/moderations'),
  prompt.map((input): Fields => ({ input })),
);
const counts = post(
  'anthropic',
  at('/v1/messages/count_tokens'),
  prompt.map((content): Fields => ({ model: 'claude-sonnet-4-5', messages: [{ role: 'user', content }] })),
);

const lists = fc
  .constantFrom<readonly [Provider['name'], string]>(
    ['openai', '/v1/models'],
    ['openai', '/v1/models/gpt-4o'],
    ['openai', '/v1/models/nobody'],
    ['anthropic', '/v1/models?limit=3'],
    ['gemini', '/v1beta/models?pageSize=2'],
  )
  .map(([provider, path]): RandomRequest => ({ method: 'GET', path, headers: CREDENTIALS[provider], body: '' }));

/** What the endpoints of the registry are asked in other tests, on those of their paths that need no more than a name. */
const known = fc
  .constantFrom(
    ...endpoints.flatMap(({ provider, endpoint }) => {
      const bodies = VALID_BODIES[endpoint.contentName ?? endpoint.name] ?? [];
      const plain = endpoint.method === 'POST' && !endpoint.paths[0].includes(':') && endpoint.verb === undefined;
      return plain ? bodies.map((body) => ({ provider: provider.name, path: endpoint.paths[0], body })) : [];
    }),
  )
  .map(
    ({ provider, path, body }): RandomRequest => ({
      method: 'POST',
      path,
      headers: CREDENTIALS[provider],
      body: JSON.stringify(body),
    }),
  );

const valid = fc.oneof(
  { weight: 5, arbitrary: chat },
  { weight: 2, arbitrary: azureChat },
  { weight: 2, arbitrary: reasoningChat },
  { weight: 2, arbitrary: completions },
  { weight: 3, arbitrary: responses },
  { weight: 4, arbitrary: messages },
  { weight: 4, arbitrary: gemini },
  { weight: 2, arbitrary: embeddings },
  moderations,
  counts,
  lists,
  { weight: 2, arbitrary: known },
);

/** A field that is wrong, a key that is missing, or no JSON at all. */
const wrong = fc.oneof(
  fc
    .tuple(valid, wild)
    .map(([asked, fields]) =>
      asked.method === 'GET' ? asked : { ...asked, body: JSON.stringify({ ...JSON.parse(asked.body), ...fields }) },
    ),
  valid.map((asked) => (asked.method === 'GET' ? asked : { ...asked, body: asked.body.slice(0, -1) })),
  messages.map((asked) => ({ ...asked, headers: { 'x-api-key': 'any' } })),
);

const request = fc.oneof({ weight: 7, arbitrary: valid }, { weight: 1, arbitrary: wrong });
