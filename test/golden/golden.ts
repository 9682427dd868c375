/**
 * Golden replies: the raw bytes of one reply per feature, reviewed by eye, in test/golden/<provider>/<feature>.txt. What is compared does
 * not depend on the transport, on Node's version or on the time of day. UPDATE_GOLDEN=1 writes the files anew; look at the difference.
 *
 *   200                                 the status
 *   content-type: text/event-stream     the headers by name, but for the transport's own; a value that varies is shown as (varies)
 *                                       a blank line
 *   data: {...}                         the body's bytes
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StartOptions } from '../../src/index.js';

/** How a simulator for golden replies is started. Further configuration may be added, never less. */
export const GOLDEN_SEED = 20_261_125;
export const GOLDEN_SIMULATION = { time_scale: 0, deterministic: true };
export const GOLDEN_START: StartOptions = { seed: GOLDEN_SEED, config: { simulation: GOLDEN_SIMULATION } };

/** Differ from transport to transport. */
const TRANSPORT_HEADERS = ['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding', 'uwebsockets'];
/** Tells of the machine's load. */
const LOAD_HEADER = 'x-llm-sim-saturated';
/** Depend on the clock. */
const VARYING_HEADERS =
  /^(openai-processing-ms|x-envoy-upstream-service-time|server-timing|anthropic-ratelimit-.*-reset)$/;

export interface GoldenRequest {
  /** With its query. */
  readonly path: string;
  /** POST with a body, GET without, unless given. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/**
 * Fails when the running simulator's reply differs from the golden file, with the first line that does, and when there is no file.
 * @param feature the file's name without its extension
 */
export async function assertGolden(
  simulator: { readonly url: string },
  provider: string,
  feature: string,
  request: GoldenRequest,
): Promise<void> {
  const file = fileURLToPath(new URL(`${provider}/${feature}.txt`, import.meta.url));
  compareWithFile(file, await goldenReply(simulator, feature, request), process.env.UPDATE_GOLDEN === '1');
}

/** The reply as a golden file holds it. The request's key is the feature, so that no other request of a test file changes it. */
export async function goldenReply(
  simulator: { readonly url: string },
  feature: string,
  { path, method, headers, body }: GoldenRequest,
): Promise<Buffer> {
  const response = await fetch(`${simulator.url}${path}`, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      'x-llm-sim-request-id': feature,
      ...headers,
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  const lines = [...response.headers]
    .filter(([name]) => !TRANSPORT_HEADERS.includes(name) && name !== LOAD_HEADER)
    .map(([name, value]) => `${name}: ${VARYING_HEADERS.test(name) ? '(varies)' : value}`)
    .sort();
  return Buffer.concat([Buffer.from(`${[response.status, ...lines].join('\n')}\n\n`), withoutFirstLineFeed(bytes)]);
}

/** uWebSockets.js completes headers only with a body's first byte, so its streams open with a line feed; no body of ours does. */
function withoutFirstLineFeed(bytes: Buffer): Buffer {
  return bytes[0] === 0x0a ? bytes.subarray(1) : bytes;
}

export function compareWithFile(file: string, actual: Buffer, update: boolean): void {
  if (update) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, actual);
    return;
  }
  assert.ok(existsSync(file), `there is no ${file}: write it with UPDATE_GOLDEN=1 and review it`);
  const expected = readFileSync(file);
  if (!expected.equals(actual))
    assert.fail(`${file}: ${firstDifference(expected, actual)}\n(UPDATE_GOLDEN=1 accepts the new reply)`);
}

/** Bytes as Latin-1, so that a broken character or a carriage return shows as well. */
function firstDifference(expected: Buffer, actual: Buffer): string {
  const [before, now] = [expected, actual].map((bytes) => bytes.toString('latin1').split('\n'));
  const line = before.findIndex((text, index) => text !== now[index]);
  const differing = line === -1 ? before.length : line;
  return [
    `line ${differing + 1} differs`,
    `  golden: ${JSON.stringify(before[differing]) ?? '(the end)'}`,
    `  now:    ${JSON.stringify(now[differing]) ?? '(the end)'}`,
  ].join('\n');
}
