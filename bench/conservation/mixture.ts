/**
 * The mixture of requests whose books are compared: every dialect, streams and whole replies, requests that are wrong, requests beyond a rate
 * limit, and clients that leave. The n-th request of a mixture is always the same.
 */

export interface MixedRequest {
  /** Its x-llm-sim-request-id. */
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
  /** After so many bytes of the reply's body the client leaves; undefined for one that stays. */
  readonly leavesAfterBytes: number | undefined;
  /** It is wrong, so that no fault is added to its error: its connection may be used again. */
  readonly isWrong: boolean;
}

/** The API key whose limits are soon reached. */
export const LIMITED_KEY = 'sk-limited';
/** Never to be seen in a journal. */
export const CANARY = 'canary-in-the-prompt-7f3a';
export const KEY_CANARY = 'sk-canary-key-91c2';

const LEAVING_SHARE = 0.04;
const LIMITED_SHARE = 0.05;

type Shape = Omit<MixedRequest, 'id' | 'leavesAfterBytes' | 'headers'> & { readonly headers?: MixedRequest['headers'] };

const words = [{ role: 'user', content: `Tell me about ${CANARY}.` }];
const chat = { model: 'gpt-4o', messages: words, max_tokens: 24 };
const anthropic = { 'anthropic-version': '2023-06-01' };

function post(path: string, body: object | string, more: Partial<Shape> = {}): Shape {
  return {
    method: 'POST',
    path,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    isWrong: false,
    ...more,
  };
}

const contents = { contents: [{ role: 'user', parts: [{ text: CANARY }] }], generationConfig: { maxOutputTokens: 24 } };
const messages = { model: 'claude-sonnet-4-5', messages: words, max_tokens: 24 };

const right: readonly Shape[] = [
  post('/v1/chat/completions', { ...chat, stream: true }),
  post('/v1/chat/completions', { ...chat, stream: true, n: 2, stream_options: { include_usage: true } }),
  post('/v1/chat/completions', chat),
  post('/v1/completions', { model: 'gpt-3.5-turbo-instruct', prompt: CANARY, max_tokens: 24, stream: true }),
  post('/v1/responses', { model: 'gpt-4o', input: CANARY, max_output_tokens: 24, stream: true }),
  post('/v1/responses', { model: 'gpt-4o', input: CANARY, max_output_tokens: 24 }),
  post('/v1/embeddings', { model: 'text-embedding-3-small', input: CANARY }),
  post('/v1/messages', { ...messages, stream: true }, { headers: anthropic }),
  post('/v1/messages', messages, { headers: anthropic }),
  post('/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse', contents),
  post('/v1beta/models/gemini-2.5-flash:generateContent', contents),
];

const wrong: readonly Shape[] = [
  post('/v1/chat/completions', { ...chat, model: 'no-such-model' }),
  post('/v1/chat/completions', { ...chat, temperature: 7 }),
  post('/v1/chat/completions', '{"model":'),
  post('/v1/messages', { ...messages, max_tokens: 0 }, { headers: anthropic }),
  post('/v1beta/models/none:generateContent', contents),
  post('/v1/no/such/route', chat),
  { method: 'GET', path: '/v1/chat/completions', body: '', isWrong: true },
].map((shape) => ({ ...shape, isWrong: true }));

/** Long enough that a client can leave before the end. */
const long: readonly Shape[] = [
  post('/v1/chat/completions', { ...chat, stream: true, max_tokens: 1_000 }),
  post('/v1/messages', { ...messages, stream: true, max_tokens: 1_000 }, { headers: anthropic }),
];

const WRONG_SHARE = 0.15;

/** @param number from 0 */
export function mixedRequest(number: number): MixedRequest {
  const draw = drawsOf(number);
  const kind = draw();
  const leaves = kind < LEAVING_SHARE;
  const shapes = leaves ? long : kind < LEAVING_SHARE + WRONG_SHARE ? wrong : right;
  const shape = shapes[Math.floor(draw() * shapes.length)];
  const key = draw() < LIMITED_SHARE ? LIMITED_KEY : KEY_CANARY;
  const id = `mix-${number}`;
  const keyHeader: MixedRequest['headers'] = shape.path.startsWith('/v1beta')
    ? { 'x-goog-api-key': key }
    : { authorization: `Bearer ${key}` };
  const type: MixedRequest['headers'] = shape.body === '' ? {} : { 'content-type': 'application/json' };
  return {
    ...shape,
    id,
    headers: { ...type, ...keyHeader, ...shape.headers, 'x-llm-sim-request-id': id, 'x-session-id': `s${number % 50}` },
    leavesAfterBytes: leaves ? Math.floor(draw() * 3_000) : undefined,
  };
}

/** A sequence of numbers from 0 to 1 that belongs to the number: mulberry32 (Tommy Ettinger, public domain). */
function drawsOf(number: number): () => number {
  let state = Math.imul(number + 1, 0x9e3779b1);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
