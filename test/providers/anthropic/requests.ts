/** Requests as an endpoint gets them, and what the provider says to the ones that it rejects. */
import assert from 'node:assert/strict';
import { parseCountRequest, parseMessageRequest } from '../../../src/providers/anthropic/messages-request.js';
import { ApiError, type ApiRequest } from '../../../src/providers/contract.js';

export type Json = { readonly [key: string]: unknown };

export const OLD = '2023-06-01';
export const NEW = '2026-10-21';

const HELLO = [{ role: 'user', content: 'Hello' }];

/** A valid body; fields that are given replace or extend it, undefined removes one. */
export function messageBody(fields: Json = {}): Json {
  return { model: 'claude-sonnet-4-5', max_tokens: 100, messages: HELLO, ...fields };
}

export function apiRequest(body: unknown, version = OLD, query: Readonly<Record<string, string>> = {}): ApiRequest {
  const headers: Readonly<Record<string, string>> = { 'anthropic-version': version };
  return {
    // As JSON carries it.
    body: JSON.parse(JSON.stringify(body)),
    parameters: {},
    query: (name) => query[name],
    queryAll: () => [],
    header: (name) => headers[name],
  };
}

/** The status, type and message of the rejection, or undefined for a body that is accepted. */
export function rejectionOf(body: unknown, version?: string): Rejection | undefined {
  return rejection(() => parseMessageRequest(apiRequest(body, version)));
}

export function countRejectionOf(body: unknown, version?: string): Rejection | undefined {
  return rejection(() => parseCountRequest(apiRequest(body, version)));
}

export interface Rejection {
  readonly status: number;
  readonly type: string;
  readonly message: string;
  readonly details?: unknown;
}

function rejection(parse: () => unknown): Rejection | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    assert.ok(error instanceof ApiError, String(error));
    return { status: error.reply.status, ...JSON.parse(error.reply.body).error };
  }
}

/** Fails unless the body is rejected as invalid with exactly the message. */
export function assertInvalid(body: unknown, message: string, version?: string): void {
  const { status, type, message: said } = rejectionOf(body, version) ?? {};
  assert.deepEqual({ status, type, message: said }, { status: 400, type: 'invalid_request_error', message });
}

export function assertAccepted(body: unknown, version?: string): void {
  assert.deepEqual(rejectionOf(body, version), undefined);
}
