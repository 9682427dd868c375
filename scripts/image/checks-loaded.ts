/** What holds of a container under load: that it carries its streams, and that they are whole when it is told to end in their midst. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationOf, Expected } from '../../bench/drain/configuration.js';
import { HeldStreams } from '../../bench/drain/held-streams.js';
import { type LoadCase, pacedCase } from '../../bench/streams/load-case.js';
import { runLoad } from '../../bench/streams/load-run.js';
import { MODEL } from '../../bench/streams/servers.js';
import type { Check } from './check.js';
import { Container } from './container.js';
import type { Image } from './image.js';

/** Ports other than the image's own, by variables, as a user moves them. */
const PORT = 18_080;
const METRICS_PORT = 19_090;
const ENVIRONMENT = {
  LLM_SIM__SERVER__PORT: String(PORT),
  LLM_SIM__TELEMETRY__METRICS__PROMETHEUS_PORT: String(METRICS_PORT),
  LLM_SIM__TELEMETRY__LOGGING__FORMAT: 'pretty',
};
const WINDOW_MS = 4_000;
const SETTLE_MS = 1_000;
/** Of a held stream; with its gap, several seconds beyond the signal. */
const HELD_TOKENS = 40;
const HELD_ITL_MS = 200;
/** For connections that are just closing. */
const SPARE_REQUESTS = 200;

/** @param scratch a folder for the configuration */
export function checksLoaded(image: Image, streams: number, scratch: string): readonly Check[] {
  const load = pacedCase(streams, WINDOW_MS, SETTLE_MS);
  const configuration = configurationFor(load);
  let container: Container;
  return [
    {
      promise: 'it starts on a mounted configuration, on other ports by variables, and its health check follows',
      verify: async () => {
        const file = join(scratch, 'loaded.yaml');
        writeFileSync(file, JSON.stringify(configuration), { mode: 0o644 });
        container = await Container.start(image, { configuration: file, environment: ENVIRONMENT }, METRICS_PORT);
        const { code, stdout } = container.checkHealth();
        assert.deepEqual([code, stdout], [0, `/ready on port ${METRICS_PORT} answers 200\n`]);
        const elsewhere = container.checkHealth({ LLM_SIM__TELEMETRY__METRICS__PROMETHEUS_PORT: '9090' });
        assert.equal(elsewhere.code, 1, elsewhere.stdout);
        return undefined;
      },
    },
    {
      promise: `${streams} streams at a time are complete, each with every event`,
      verify: async () => {
        const server = { pid: container.pid, port: PORT, transport: 'uws', stop: async () => {} };
        const { totals, window } = await runLoad('simulator', load, server, { clientCore: undefined });
        const { broken, complete, defects, events } = totals;
        assert.deepEqual({ broken, complete, defects }, { broken: 0, complete: streams, defects: {} });
        assert.equal(events % streams, 0, `${events} events of ${streams} equal streams`);
        assert.ok(events / streams > load.tokens, `${events} events`);
        return `${events} events, slip p99 ${window.slip.p99Ms.toFixed(1)} ms`;
      },
    },
    {
      promise: `told to end under ${streams} streams, it lets each finish, byte for byte as planned, and ends with exit code 0`,
      verify: async () => {
        const held = new HeldStreams(streams, HELD_TOKENS, await Expected.of(configuration));
        await held.open(`http://127.0.0.1:${PORT}`);
        container.signal('SIGTERM');
        const defects = await held.defects();
        assert.deepEqual(defects.slice(0, 5), []);
        assert.equal(held.whole, streams);
        const { code, stderr, stdout } = await container.outcome();
        assert.equal(code, 0, stderr);
        assert.match(stdout, /INFO.*: draining/);
        return undefined;
      },
    },
  ];
}

function configurationFor({ intervalMs, streams, ttftMs }: LoadCase): object {
  const constant = (value_ms: number) => ({ distribution: 'constant', value_ms });
  const drained = configurationOf({
    transport: 'uws',
    processes: 1,
    requests: streams + SPARE_REQUESTS,
    lameDuckSecs: 1,
    shutdownTimeoutSecs: 30,
    itlMs: HELD_ITL_MS,
  }) as { readonly providers: object };
  const latency = { ttft: constant(ttftMs), itl: constant(intervalMs) };
  return { ...drained, providers: { ...drained.providers, [MODEL]: { extends: 'gpt-4o', latency } } };
}
