/** Requests to OpenAI endpoints other than chat completions, and the errors they are answered with. */
import assert from 'node:assert/strict';
import type { Simulator } from '../../../src/index.js';
import { assertValid } from '../../schemas/published-schema.js';

export interface ExpectedError {
  readonly status?: number;
  readonly message: string;
  readonly type?: string;
  readonly param?: string | null;
  readonly code?: string | null;
}

/** Posts the body, an object as JSON. */
export function post(simulator: Simulator, path: string, body: unknown): Promise<Response> {
  return fetch(`${simulator.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** The reply's document, which must be a success. */
export async function documentOf<Document>(response: Response): Promise<Document> {
  const text = await response.text();
  assert.equal(response.status, 200, text);
  assert.equal(response.headers.get('content-type'), 'application/json');
  return JSON.parse(text);
}

/** Fails unless the response is the error, 400 and invalid_request_error unless given. */
export async function assertError(response: Response, expected: ExpectedError): Promise<void> {
  const document = (await response.json()) as { error: object };
  assert.deepEqual(document.error, {
    message: expected.message,
    type: expected.type ?? 'invalid_request_error',
    param: expected.param ?? null,
    code: expected.code ?? null,
  });
  assert.equal(response.status, expected.status ?? 400);
  assert.equal(response.headers.get('content-type'), 'application/json');
  assert.match(response.headers.get('x-request-id') ?? '', /^req_/);
  assertValid('openai', 'ErrorResponse', document);
}
