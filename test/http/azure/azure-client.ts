/** Requests to Azure's paths over fetch. */
import type { Simulator } from '../../../src/index.js';
import type { Json } from '../chat-client.js';

export const VERSION = '2024-10-21';
export const CHAT_PATH = `/openai/deployments/gpt-4o/chat/completions?api-version=${VERSION}`;
export const MESSAGES = [{ role: 'user', content: 'Why is the sky blue?' }];

export function post(
  simulator: Simulator,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${simulator.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'api-key': 'any', ...headers },
    body: JSON.stringify(body),
  });
}

/** The parsed reply, whatever its status. */
export async function postJson(simulator: Simulator, path: string, body: unknown): Promise<Json> {
  return (await (await post(simulator, path, body)).json()) as Json;
}
