/**
 * The API version that a request names in its anthropic-version header, which Anthropic requires. Version 2026-10-21 has no sampling
 * parameters, no documents in the assistant's turns and no citations in the user's. Source: the versions page of Anthropic's API
 * reference.
 */
import type { ApiRequest } from '../contract.js';
import { invalidRequest } from './errors.js';

const VERSIONS = ['2023-01-01', '2023-06-01', '2026-10-21'] as const;

export type ApiVersion = (typeof VERSIONS)[number];

/** @throws ApiError when the header is missing or names no version */
export function apiVersionOf(request: Pick<ApiRequest, 'header'>): ApiVersion {
  const header = request.header('anthropic-version');
  if (header === undefined || header === '') throw invalidRequest('anthropic-version: header is required');
  const version = VERSIONS.find((name) => name === header);
  if (version === undefined) throw invalidRequest(`anthropic-version: "${header}" is not a valid version`);
  return version;
}

/** Whether the version has what 2026-10-21 removed. */
export function isLegacy(version: ApiVersion): boolean {
  return version !== '2026-10-21';
}

/** Whether the client uses the beta form of the API, whose replies have more fields. */
export function isBeta(request: Pick<ApiRequest, 'query'>): boolean {
  return request.query('beta') === 'true';
}
