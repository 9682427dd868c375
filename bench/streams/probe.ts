/** One short stream before the runs: which transport the simulator has chosen, and how long its events are on average. */
import type { TransportName } from '../../src/server/transport/contract.js';
import { MODEL, type RunningServer } from './servers.js';

export interface ServerFacts {
  readonly transport: TransportName;
  /** Mean length of a token's event, from `data:` to the blank line. */
  readonly frameBytes: number;
}

const PROBE_TOKENS = 40;
const PROBE_MS_MAX = 60_000;

/** Asks the simulator, and stops it. */
export async function probeServer(server: RunningServer): Promise<ServerFacts> {
  try {
    const reply = await fetch(`http://127.0.0.1:${server.port}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model: MODEL,
        stream: true,
        max_tokens: PROBE_TOKENS,
        messages: [{ role: 'user', content: 'Hello.' }],
      }),
      signal: AbortSignal.timeout(PROBE_MS_MAX),
    });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`the simulator answers ${reply.status}: ${text}`);
    const events = text.split(/(?<=\n\n)/).filter((event) => event.includes('"content"'));
    const bytes = events.reduce((total, event) => total + Buffer.byteLength(event.trimStart()), 0);
    return { transport: server.transport as TransportName, frameBytes: Math.round(bytes / events.length) };
  } finally {
    await server.stop();
  }
}
