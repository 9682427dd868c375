/** What the admin API says, as JSON, and requests in every dialect. */
import assert from 'node:assert/strict';

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: replies are looked at field by field
  readonly document: any;
}

export async function admin(url: string, path: string, method = 'GET'): Promise<Answer> {
  const response = await fetch(`${url}/admin${path}`, { method });
  return { status: response.status, document: await response.json() };
}

export async function post(
  url: string,
  path: string,
  body: object,
  headers: { readonly [name: string]: string } = {},
): Promise<Answer> {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  assert.ok(response.headers.get('content-type')?.startsWith('application/json'), text);
  return { status: response.status, document: JSON.parse(text) };
}
