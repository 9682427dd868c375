/** The headers of the real API's replies, as recorded; those of its transport (dates, alternative services) are left to ours. */

const SECURITY: readonly string[] = [
  'vary',
  'Origin, X-Origin, Referer',
  'server',
  'scaffolding on HTTPServer2',
  'x-xss-protection',
  '0',
  'x-frame-options',
  'SAMEORIGIN',
  'x-content-type-options',
  'nosniff',
];

/** Of a JSON document or an array stream. @param workedUs how long the simulated API worked before it answered */
export function jsonHeaders(workedUs: number): string[] {
  return ['content-type', 'application/json; charset=UTF-8', ...SECURITY, ...timing(workedUs)];
}

/** Of a stream of server-sent events. */
export function eventHeaders(workedUs: number): string[] {
  return ['content-type', 'text/event-stream', 'content-disposition', 'attachment', ...SECURITY, ...timing(workedUs)];
}

function timing(workedUs: number): string[] {
  return ['server-timing', `gfet4t7; dur=${Math.round(workedUs / 1_000)}`];
}
