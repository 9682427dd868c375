/** What faults need of the transport, and what each of the transports cannot do. */
import type { StreamFault, TransportNeed } from './contract.js';
import type { Fault } from './fault.js';

/** uWebSockets.js has no way to send RST. */
const LACKS: ReadonlyMap<string, readonly TransportNeed[]> = new Map([['uws', ['reset']]]);

const WORDS: { readonly [need in TransportNeed]: string } = { reset: 'resets the connection' };

/**
 * What the fault does that the transport cannot, to be read after its name: "resets the connection". Undefined where it can, and where no
 * transport runs.
 */
export function beyond(transport: string | undefined, { kind, parameters }: Fault): string | undefined {
  if (transport === undefined || kind.stage !== 'stream') return undefined;
  const { needs } = kind as StreamFault<typeof parameters>;
  const lacking = needs?.(parameters).find((need) => LACKS.get(transport)?.includes(need));
  return lacking && WORDS[lacking];
}
