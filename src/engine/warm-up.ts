/**
 * Renders a few requests that nobody sent, before the thread says that it is ready: the first real ones would otherwise meet code that
 * the virtual machine has not compiled yet, and be planned tens of milliseconds late.
 */
import type { ConfigurationSnapshot } from '../config/snapshot.js';
import type { Dialect } from '../providers/contract.js';
import { endpoints } from '../providers/registry.js';
import type { Renderer } from './renderer.js';
import { requestHeaderNames } from './request-headers.js';

/** Enough to have the hot functions compiled, few enough to cost a start some 20 ms. */
const WARM_UP_REQUESTS = 16;
const WARM_UP_TOKENS = 64;
const PROMPT = 'Say something long, please.';

interface Streaming {
  readonly endpoint: string;
  readonly headers: { readonly [name: string]: string | undefined };
  readonly parameters: (model: string) => readonly string[];
  readonly body: (model: string, tokens: number) => object;
}

const messages = [{ role: 'user', content: PROMPT }];

/** A streamed request in each dialect, the one that most clients speak first. */
const STREAMING: readonly (readonly [Dialect, Streaming])[] = [
  [
    'openai',
    {
      endpoint: 'openai.chat.completions',
      headers: {},
      parameters: () => [],
      body: (model, max_tokens) => ({ model, messages, max_tokens, stream: true }),
    },
  ],
  [
    'anthropic',
    {
      endpoint: 'anthropic.messages',
      headers: { 'anthropic-version': '2023-06-01' },
      parameters: () => [],
      body: (model, max_tokens) => ({ model, messages, max_tokens, stream: true }),
    },
  ],
  [
    'gemini',
    {
      endpoint: 'gemini.v1beta.models.stream_generate_content',
      headers: {},
      parameters: (model) => [model],
      body: (_model, maxOutputTokens) => ({
        contents: [{ parts: [{ text: PROMPT }] }],
        generationConfig: { maxOutputTokens },
      }),
    },
  ],
];

/** Has no effect but compiled code: the requests carry a key, so they are not counted as seen. */
export function warmUp(renderer: Pick<Renderer, 'render'>, snapshot: ConfigurationSnapshot): void {
  for (const [dialect, streaming] of STREAMING) {
    // An API serves its own dialect's models: any other would be answered with an error, which warms nothing.
    const model = snapshot.models.find((one) => one.kind === 'chat' && one.dialect === dialect);
    if (model === undefined) continue;
    const tokens = Math.min(WARM_UP_TOKENS, model.max_output_tokens);
    const body = new TextEncoder().encode(JSON.stringify(streaming.body(model.name, tokens)));
    const endpoint = endpoints.findIndex((candidate) => candidate.endpoint.name === streaming.endpoint);
    const headers = headersOf(endpoint, streaming, snapshot);
    for (let index = 0; index < WARM_UP_REQUESTS; index++) {
      renderer.render({
        slot: 0,
        generation: 0,
        endpoint,
        requestKey: `warm-up-${index}`,
        query: '',
        parameters: streaming.parameters(model.name),
        headers,
        recalled: undefined,
        configurationGeneration: snapshot.generation,
        atUs: 0,
        steering: undefined,
        body,
      });
    }
    return;
  }
}

/** In the order in which they cross to a thread. Every dialect takes a key as a bearer token. */
function headersOf(endpoint: number, { headers }: Streaming, snapshot: ConfigurationSnapshot): (string | undefined)[] {
  const [apiKey] = snapshot.configuration.server.api_keys;
  // Where keys are configured, requests without one are refused.
  const sent = apiKey === undefined ? headers : { ...headers, authorization: `Bearer ${apiKey}` };
  return requestHeaderNames(endpoints[endpoint].provider, snapshot).map((name) => sent[name]);
}
