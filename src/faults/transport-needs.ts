/** What faults need of the transport, and what each of the transports cannot do. */
import type { StreamFault, TransportNeed } from './contract.js';
import type { Fault } from './fault.js';

type TransportName = 'node' | 'uws';

/** uWebSockets.js has no way to send RST. */
const LACKS: { readonly [transport in TransportName]: readonly TransportNeed[] } = { node: [], uws: ['reset'] };

const WORDS: { readonly [need in TransportNeed]: string } = { reset: 'resets the connection' };

/** What the fault does that the transport cannot, to be read after its name: "resets the connection". Undefined where it can. */
export function beyond(transport: TransportName, { kind, parameters }: Fault): string | undefined {
  if (kind.stage !== 'stream') return undefined;
  const { needs } = kind as StreamFault<typeof parameters>;
  const lacking = needs?.(parameters).find((need) => LACKS[transport].includes(need));
  return lacking && WORDS[lacking];
}
