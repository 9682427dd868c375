/** What the queue has to know of a request: whose it is, and what it costs to keep. */
import type { Provider } from '../../providers/contract.js';
import { apiKeyDigest } from '../api-key-digest.js';
import type { Exchange } from '../transport/contract.js';

/**
 * By the API key, which tells the clients behind one gateway apart, else by the address that the connection comes from. Keys are shown to
 * nobody here, but a table of them is none to keep in memory as they are.
 */
export function waitingClientOf(
  exchange: Pick<Exchange, 'header' | 'query' | 'remoteAddress'>,
  provider: Provider,
): string {
  const apiKey = provider.apiKeyOf({
    header: (name) => exchange.header(name),
    query: (name) => new URLSearchParams(exchange.query).get(name) ?? undefined,
  });
  return apiKey === undefined ? `address ${exchange.remoteAddress()}` : `key ${apiKeyDigest(apiKey)}`;
}

/** What a body takes of memory, bytes: that of the blocks that it lies in, which may be larger than the body. */
export function memoryOf(body: readonly Uint8Array[]): number {
  let bytes = 0;
  for (const part of body) bytes += part.buffer.byteLength;
  return bytes;
}
