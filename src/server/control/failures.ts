/** What the admin API refuses whichever operation is asked for: the codes that its documentation lists once. */
import type { AdminOperation } from './operation.js';

export interface AdminFailure {
  readonly status: number;
  readonly code: string;
  readonly when: string;
}

/** Of every request. */
const OF_ALL: readonly AdminFailure[] = [
  { status: 401, code: 'invalid_api_key', when: 'The key is missing, or is not `admin.api_key`.' },
  {
    status: 403,
    code: 'ip_not_allowed',
    when: 'The client’s address is not among `admin.allowed_ips`, or is not known.',
  },
  { status: 422, code: 'invalid_query', when: 'The query has a parameter that the operation does not take.' },
  { status: 500, code: 'internal_error', when: 'The simulator had an error of its own; its log says more.' },
  { status: 503, code: 'node_busy', when: 'The node did not answer in time.' },
];

/** Of requests that bring a body. */
const OF_BODIES: readonly AdminFailure[] = [
  { status: 400, code: 'not_json', when: 'The body is not JSON.' },
  { status: 413, code: 'body_too_large', when: 'The body is larger than 1 MiB.' },
  { status: 415, code: 'unsupported_media_type', when: 'The body says that it is something else than JSON or text.' },
  { status: 422, code: 'invalid_body', when: 'The body has keys or values that the operation does not take.' },
];

const BODY_REQUIRED: AdminFailure = { status: 400, code: 'body_required', when: 'There is no body.' };

/** Of requests that are about no operation. */
const OF_NONE: readonly AdminFailure[] = [
  { status: 404, code: 'unknown_operation', when: 'There is no such path.' },
  { status: 405, code: 'method_not_allowed', when: 'The path does not take this method; `allow` says which it takes.' },
];

/** Everything that an operation may refuse, by status. */
export function failuresOf({ body, bodyOptional, failures = [] }: AdminOperation): AdminFailure[] {
  const ofBody = body === undefined ? [] : [...OF_BODIES, ...(bodyOptional ? [] : [BODY_REQUIRED])];
  return [...OF_ALL, ...ofBody, ...failures].sort((left, right) => left.status - right.status);
}

/** What any operation, or none, may refuse, by status. */
export const commonFailures: readonly AdminFailure[] = [...OF_ALL, ...OF_BODIES, BODY_REQUIRED, ...OF_NONE].sort(
  (left, right) => left.status - right.status,
);
