/** Chat completions as a client sees them, each request on a connection of its own unless an agent is given. */
import assert from 'node:assert/strict';
import { type Agent, type IncomingMessage, request } from 'node:http';
import { within } from './program.js';

export interface ChatOptions {
  readonly model?: string;
  readonly prompt?: string;
  readonly maxTokens?: number;
  /** x-llm-sim-request-id */
  readonly key?: string;
  readonly headers?: { readonly [name: string]: string };
  readonly agent?: Agent;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  /** The connection was cut before the answer was whole. */
  readonly cut: boolean;
}

/** Model of every test: all its delays are constant. */
export const MODEL = 'test-chat';

/** A configuration whose model answers after `ttftMs` and then with a token every `itlMs`. */
export function chatYaml(more = '', { ttftMs = 1, itlMs = 1 } = {}): string {
  return `
providers:
  ${MODEL}:
    latency:
      ttft: { distribution: constant, value_ms: ${ttftMs} }
      itl: { distribution: constant, value_ms: ${itlMs} }
${more}`;
}

export function chat(url: string, options: ChatOptions = {}): Promise<Reply> {
  return send(url, { ...bodyOf(options), stream: false }, options).then(({ reply }) => reply);
}

export interface OpenStream {
  readonly status: number;
  /** Resolves with the whole answer. */
  readonly reply: Promise<Reply>;
}

/** Starts a stream; resolves when its headers have come, and fails when they do not say that there will be one. */
export async function openStream(url: string, options: ChatOptions = {}): Promise<OpenStream> {
  const stream = await send(url, { ...bodyOf(options), stream: true }, options);
  assert.equal(stream.status, 200, stream.status === 200 ? '' : (await stream.reply).text);
  return stream;
}

/** GET on a connection of its own, or on one of the agent's. */
export async function get(url: string, agent: Agent | false = false): Promise<Reply> {
  const { reply } = await exchange(url, { method: 'GET', agent });
  return reply;
}

/** The data of a stream's events. */
export function eventsOf(text: string): string[] {
  return text
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => event.replace(/^data: /, ''));
}

function bodyOf({ model = MODEL, prompt = 'Say something.', maxTokens = 5 }: ChatOptions) {
  return { model, max_tokens: maxTokens, messages: [{ role: 'user', content: prompt }] };
}

function send(url: string, body: object, { key, headers, agent }: ChatOptions) {
  const numbered = key === undefined ? {} : { 'x-llm-sim-request-id': key };
  const options = {
    method: 'POST',
    agent: agent ?? (false as const),
    headers: { 'content-type': 'application/json', ...numbered, ...headers },
  };
  return exchange(`${url}/v1/chat/completions`, options, JSON.stringify(body));
}

async function exchange(
  url: string,
  options: Parameters<typeof request>[1] & object,
  body = '',
): Promise<OpenStream & { reply: Promise<Reply> }> {
  const response = await within(
    new Promise<IncomingMessage>((resolve, reject) => {
      request(url, options, resolve).once('error', reject).end(body);
    }),
    () => `no response from ${url}`,
  );
  const status = response.statusCode ?? 0;
  return { status, reply: within(read(response, status), () => `the answer of ${url} did not end`) };
}

function read(response: IncomingMessage, status: number): Promise<Reply> {
  let text = '';
  response.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  return new Promise((resolve) => {
    const finish = () => resolve({ status, headers: response.headers, text, cut: !response.complete });
    response.once('error', () => {});
    response.once('close', finish);
  });
}
