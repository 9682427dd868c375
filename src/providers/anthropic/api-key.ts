/** The API key of a request: in x-api-key, which wins, or as a bearer token, as SDKs send it from API version 2026-10-21 on. */
import { bearerKeyOf } from '../bearer-key.js';
import type { ApiRequest } from '../contract.js';

export function apiKeyOf(request: Pick<ApiRequest, 'header'>): string | undefined {
  const key = request.header('x-api-key');
  return key !== undefined && key !== '' ? key : bearerKeyOf(request);
}
