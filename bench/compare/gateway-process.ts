/** The known gateway as a process of its own: says its port when it listens, and what it did when it is asked. */
import { type Behaviour, startGateway } from './known-gateway.js';

export interface GatewayFigures {
  readonly merged: number;
  readonly firstContentMs: Readonly<Record<string, number>>;
}

const [upstreamUrl = '', behaviour = '{}'] = process.argv.slice(2);
const gateway = await startGateway(upstreamUrl, JSON.parse(behaviour) as Behaviour);
process.on('message', () => {
  process.send?.({ merged: gateway.merged(), firstContentMs: gateway.firstContentMs() } satisfies GatewayFigures);
});
process.send?.({ port: Number(new URL(gateway.url).port) });
