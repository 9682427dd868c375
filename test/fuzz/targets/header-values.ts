/** Values of request headers that the simulator reads: valid ones, and what becomes of their pieces. */
import fc from 'fast-check';

/** Pieces of values, by header. */
const PIECES: { readonly [name: string]: readonly string[] } = {
  'x-llm-sim-fault': [
    'none',
    'rate_limit',
    'overloaded',
    'stall',
    ';',
    '=',
    'retry_after_secs',
    '3',
    '-1',
    '1e309',
    'NaN',
    ' ',
  ],
  'x-llm-sim-latency': ['ttft_ms', 'itl_ms', 'factor', '=', ';', '5', '0', '-0', '1e9', 'Infinity', '0x10', ' '],
  'x-llm-sim-request-id': ['1', '18446744073709551616', '-1', 'a', '\xff', ' ', 'x'.repeat(300)],
  'x-llm-sim-plan': ['0', '1', 'true', ' '],
  'x-session-id': ['s', '__proto__', '', '\xe9', 's'.repeat(600)],
  authorization: ['Bearer', 'bearer', ' ', '\t', 'sk-any', 'Basic', ',', '\xff', 'k'.repeat(2_000)],
  'x-api-key': ['any', '', ' ', '\xff'],
  'api-key': ['any', '', ' '],
  'x-goog-api-key': ['any', '', ' '],
  traceparent: ['00', 'ff', '-', '4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7', '01', 'zz', '0'],
  tracestate: ['a=b', ',', '=', 'x'.repeat(600)],
  'anthropic-version': ['2023-06-01', '2023', '', 'v'],
  'anthropic-beta': ['a', ',', ' ', 'b'.repeat(300)],
  'content-type': ['application/json', ';', 'charset=', 'utf-16', 'text/plain', '/', ' ', 'multipart/form-data'],
  'content-encoding': ['gzip', 'identity', 'br', ',', ' '],
  accept: ['text/event-stream', '*/*', ',', ';q=0'],
  'accept-encoding': ['gzip', 'br', ';q=0', ','],
  'x-forwarded-for': ['1.2.3.4', '::1', '[', ']', ':', ',', '65536', 'unknown', '"'],
  forwarded: ['for', '=', '"', '[::1]', ';', ',', '1.2.3.4', 'by', '\\'],
  'x-client-request-id': ['1', '\xff', 'x'.repeat(600)],
  'idempotency-key': ['a', ''],
  origin: ['https://example.org', 'null', '*', ''],
};

export type Header = readonly [name: string, value: string];

/** Up to three; what an HTTP client could not send is left out. */
export const headerValues: fc.Arbitrary<readonly Header[]> = fc.array(
  fc.constantFrom(...Object.keys(PIECES)).chain((name) =>
    fc
      .array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...PIECES[name]) }, fc.string({ maxLength: 6 })), {
        maxLength: 6,
      })
      .map((pieces): Header => [name, pieces.join('').replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '')]),
  ),
  { maxLength: 3 },
);
