/**
 * The `api-version` of a request. The paths below /openai/deployments and the older ones below /openai need a dated one; /openai/v1
 * goes without, and takes `preview`, `latest` and `v1`. The service has had a version every few months, so that any date from the
 * first one on counts as one; what a version brought is a date as well.
 */
import type { ApiRequest } from '../contract.js';
import { operationNotYet, resourceNotFound, versionNotSupported } from './errors.js';

const DATED = /^(\d{4}-\d{2}-\d{2})(?:-preview)?$/;
const FIRST_VERSION = '2022-12-01';
const UNDATED: ReadonlySet<string> = new Set(['preview', 'latest', 'v1']);

/** From which version on replies say what the content filter found. */
const ANNOTATED_SINCE = '2023-06-01';
const RESPONSES_SINCE = '2025-03-01';

/** The date of the version that the older paths need. Throws what the gateway answers without one. */
export function datedVersion(request: Pick<ApiRequest, 'query'>): string {
  const date = DATED.exec(request.query('api-version') ?? '')?.[1];
  if (date === undefined || date < FIRST_VERSION) throw resourceNotFound();
  return date;
}

/** Checks the version of a request below /openai/v1. */
export function checkUndatedVersion(request: Pick<ApiRequest, 'query'>): void {
  const version = request.query('api-version');
  if (version !== undefined && !UNDATED.has(version)) throw versionNotSupported();
}

export function annotatesContent(date: string): boolean {
  return date >= ANNOTATED_SINCE;
}

/** Checks that the version has the Responses API. */
export function checkResponsesVersion(date: string): void {
  if (date < RESPONSES_SINCE) throw operationNotYet('Responses API', `${RESPONSES_SINCE}-preview`);
}
