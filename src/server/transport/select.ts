/**
 * Chooses the transport: `auto` takes uWebSockets.js where it loads and can do all that is configured, else node:http; a named one is taken or
 * refused, never replaced in silence. The reason is for the start-up line and the health page.
 */
import { Failure } from '../../kernel/failure.js';
import type { Transport, TransportName, TransportOptions } from './contract.js';
import { createNodeTransport } from './node.js';
import { currentPlatform, explainLoadFailure, loadUws } from './uws.js';
import { createUwsTransport } from './uws-transport.js';

export type TransportChoice = 'auto' | TransportName;

export interface SelectedTransport {
  readonly name: TransportName;
  /** Why this one, in a person's words, without a full stop. */
  readonly reason: string;
  create(options: TransportOptions): Transport;
}

/**
 * @param obstacle why uWebSockets.js is not to be taken, though it may load
 * @throws Failure TRANSPORT_UNAVAILABLE when `uws` is asked for and does not load.
 */
export async function selectTransport(choice: TransportChoice, obstacle?: string): Promise<SelectedTransport> {
  if (choice === 'node') return { name: 'node', reason: 'chosen by configuration', create: createNodeTransport };
  if (choice === 'auto' && obstacle !== undefined)
    return { name: 'node', reason: obstacle, create: createNodeTransport };
  try {
    const library = loadUws();
    return {
      name: 'uws',
      reason: choice === 'uws' ? 'chosen by configuration' : 'uWebSockets.js loads here',
      create: (options) => createUwsTransport(library, options),
    };
  } catch (cause) {
    const reason = explainLoadFailure(cause, currentPlatform());
    if (choice === 'auto') return { name: 'node', reason, create: createNodeTransport };
    throw new Failure('TRANSPORT_UNAVAILABLE', reason, {
      hint: 'set server.transport to auto or node, or run where it loads: Debian 13 or Ubuntu 24.04 with Node 20, 22 or 24 (the image node:24-trixie-slim is one)',
      cause,
    });
  }
}
