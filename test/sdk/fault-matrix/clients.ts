/** The SDKs of the matrix, each called for one reply with nothing set but where the server is, how long to wait, and the fault's header. */
import type { AnthropicSdk } from '../anthropic-majors.js';
import { anthropicSdks } from '../anthropic-majors.js';
import { type GeminiSdk, geminiSdks } from '../gemini-majors.js';
import { type OpenAiSdk, openAiSdks } from '../openai-majors.js';
import type { MatrixSdk, Observation, Question } from './contract.js';

/** More than the reply has. */
const TOKENS_MAX = 200;

/** As many attempts as the others make, sooner. */
const RETRY_OPTIONS = { attempts: 3, initialDelay: 0.05, jitter: 0 };

export const MODELS = { openai: 'gpt-4o', anthropic: 'claude-sonnet-4-5', gemini: 'gemini-2.0-flash' } as const;

type Seen = Pick<Observation, 'text' | 'finish' | 'usage'>;

export const matrixSdks: readonly MatrixSdk[] = [
  ...openAiSdks.map((sdk) => ({ ...sdk, name: 'openai' as const, ask: askOpenAi(sdk) })),
  ...anthropicSdks.map((sdk) => ({ ...sdk, name: 'anthropic' as const, ask: askAnthropic(sdk) })),
  ...geminiSdks.map((sdk) => ({ ...sdk, name: 'gemini' as const, ask: askGemini(sdk) })),
];

function askOpenAi({ sdk }: OpenAiSdk): MatrixSdk['ask'] {
  return async ({ fetch, headers: defaultHeaders, mode, prompt, timeoutMs: timeout, url }, seen) => {
    const baseURL = `${url}/v1`;
    const client = new sdk.OpenAI({ apiKey: 'sk-any', baseURL, defaultHeaders, fetch, logLevel: 'off', timeout });
    const request = { model: MODELS.openai, messages: [{ role: 'user' as const, content: prompt }] };
    if (mode === 'whole') {
      const { choices, usage } = await client.chat.completions.create(request);
      note(seen, choices[0]?.message.content, choices[0]?.finish_reason, usage);
      return;
    }
    const options = { stream: true, stream_options: { include_usage: true } } as const;
    for await (const { choices, usage } of await client.chat.completions.create({ ...request, ...options }))
      note(seen, choices[0]?.delta.content, choices[0]?.finish_reason, usage);
  };
}

function askAnthropic({ sdk }: AnthropicSdk): MatrixSdk['ask'] {
  return async ({ fetch, headers: defaultHeaders, mode, prompt, timeoutMs: timeout, url: baseURL }, seen) => {
    const client = new sdk.Anthropic({
      apiKey: 'sk-ant-any',
      baseURL,
      defaultHeaders,
      fetch,
      logLevel: 'off',
      timeout,
    });
    const messages = [{ role: 'user' as const, content: prompt }];
    const request = { model: MODELS.anthropic, max_tokens: TOKENS_MAX, messages };
    if (mode === 'whole') {
      const { content, stop_reason, usage } = await client.messages.create(request);
      const [block] = content;
      note(seen, block?.type === 'text' ? block.text : undefined, stop_reason, usage);
      return;
    }
    for await (const event of await client.messages.create({ ...request, stream: true })) {
      if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') note(seen, event.delta.text);
      if (event.type === 'message_delta') note(seen, '', event.delta.stop_reason, event.usage);
    }
  };
}

function askGemini({ sdk }: GeminiSdk): MatrixSdk['ask'] {
  return async ({ fetch, headers, mode, prompt, retries, timeoutMs: timeout, url: baseUrl }, seen) => {
    const retryOptions = retries ? { retryOptions: RETRY_OPTIONS } : {};
    const client = new sdk.GoogleGenAI({
      apiKey: 'any',
      httpOptions: { baseUrl, fetch, headers: { ...headers }, timeout, ...retryOptions },
    });
    const request = { model: MODELS.gemini, contents: prompt };
    if (mode === 'whole') {
      const { candidates, text, usageMetadata } = await client.models.generateContent(request);
      note(seen, text, candidates?.[0]?.finishReason, usageMetadata);
      return;
    }
    for await (const { candidates, text, usageMetadata } of await client.models.generateContentStream(request))
      note(seen, text, candidates?.[0]?.finishReason, candidates?.[0]?.finishReason && usageMetadata);
  };
}

function note(seen: Seen, text: string | null | undefined, finish?: string | null, usage?: unknown): void {
  seen.text += text ?? '';
  seen.finish = finish ?? seen.finish;
  seen.usage ||= usage !== undefined && usage !== null && usage !== '';
}

/** Asks once, as a user would, and keeps what comes and when. */
export async function observe(sdk: MatrixSdk, question: Omit<Question, 'fetch'>): Promise<Observation> {
  const attemptsMs: number[] = [];
  const seen: Observation = { text: '', finish: undefined, usage: false, error: undefined, attemptsMs, tookMs: 0 };
  const recording: typeof fetch = (input, init) => {
    attemptsMs.push(performance.now());
    return fetch(input, init);
  };
  const startMs = performance.now();
  await sdk.ask({ ...question, fetch: recording }, seen).catch((error: Error) => {
    seen.error = error;
  });
  seen.tookMs = performance.now() - startMs;
  return seen;
}
