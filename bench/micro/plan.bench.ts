/**
 * What a worker does for one request: bytes of a streaming chat completion in, response plan out, with content, token counts and
 * timing. Three lengths of the reply; a result in µs divided by the tokens says what a token costs.
 */
import type { Bench } from 'tinybench';
import { loadConfiguration } from '../../src/config/loader.js';
import { createSnapshot } from '../../src/config/snapshot.js';
import type { Tokenizer } from '../../src/content/contract.js';
import { loadTokenizer } from '../../src/content/tokenizers/load-tokenizer.js';
import { Renderer } from '../../src/engine/renderer.js';
import { endpoints } from '../../src/providers/registry.js';
import { planCompletionTokens, planStatus } from '../../src/runtime/plan-reader.js';

const REPLY_TOKENS = [25, 300, 4_000];
const ENCODINGS = ['o200k_base', 'cl100k_base'] as const;
const CHAT_ENDPOINT = endpoints.findIndex(({ endpoint }) => endpoint.name === 'openai.chat.completions');

const tokenizers = new Map<string, Tokenizer>();
for (const encoding of ENCODINGS) tokenizers.set(encoding, await loadTokenizer(encoding));

/** Renders chat completions of a given length; every call is another request of its kind, so no two replies are the same. */
export function chatRenderer(): (replyTokens: number) => Uint8Array {
  let occurrences = 0;
  const renderer = new Renderer({
    snapshot: createSnapshot(loadConfiguration({ environment: {} }), 1, 0),
    tokenizers,
    countOccurrence: () => occurrences++,
    fillRandom: (words) => words.fill(1),
    wallClockSecs: () => 0,
    onDefect: (error) => {
      throw error;
    },
  });
  const common = {
    slot: 0,
    generation: 0,
    endpoint: CHAT_ENDPOINT,
    configurationGeneration: 1,
    requestKey: undefined,
    query: '',
    parameters: [],
    headers: [],
    recalled: undefined,
    atUs: 0,
    steering: undefined,
  };
  return (replyTokens) => renderer.render({ ...common, body: chatRequest(replyTokens) });
}

export function register(bench: Bench): void {
  const render = chatRenderer();
  for (const tokens of REPLY_TOKENS) {
    const plan = render(tokens);
    if (planStatus(plan) !== 200 || planCompletionTokens(plan) !== tokens) {
      throw new Error(`the request for ${tokens} tokens was not answered as asked`);
    }
    bench.add(`plan: chat stream of ${tokens} tokens (${plan.byteLength} bytes)`, () => {
      render(tokens);
    });
  }
}

const encoder = new TextEncoder();

function chatRequest(replyTokens: number): Uint8Array {
  const system = 'You are a helpful assistant that answers briefly and to the point.';
  const question = 'How does a timing wheel pace ten thousand streams, and what does a tick of it cost? '.repeat(4);
  return encoder.encode(
    JSON.stringify({
      model: 'gpt-4o-mini',
      stream: true,
      max_tokens: replyTokens,
      messages: [
        { role: 'system', content: system },
        { role: 'user', content: question },
      ],
    }),
  );
}
