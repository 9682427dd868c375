/**
 * `llm-simulator serve`: loads the configuration, starts the node, says in one line what listens where, and drains on SIGTERM or
 * SIGINT. A second signal ends it at once.
 */
import { Primary } from '../cluster/primary.js';
import { loadConfiguration } from '../config/loader.js';
import { createSnapshot } from '../config/snapshot.js';
import { packageVersion } from '../kernel/package-root.js';
import { formatAddress } from '../server/transport/listen-failure.js';
import { createLogSink } from '../telemetry/logging.js';
import { EXIT_FAILURE, EXIT_OK } from './exit-codes.js';
import { overridesOf, type ServeFlags } from './overrides.js';
import { randomSeed } from './random-seed.js';

/** Runs until a signal ends it; resolves with the exit code. */
export async function serve(flags: ServeFlags): Promise<number> {
  const configuration = loadConfiguration({
    file: flags.config,
    environment: process.env,
    overrides: overridesOf(flags),
  });
  const snapshot = createSnapshot(configuration, 1, randomSeed());
  const logs = await createLogSink(configuration.telemetry.logging);
  const primary = new Primary({ snapshot, logger: logs.logger });
  const signal = nextSignal();
  try {
    const node = await primary.start();
    const metrics = node.metricsAddress === undefined ? 'off' : `http://${formatAddress(node.metricsAddress)}/metrics`;
    process.stderr.write(
      `llm-simulator ${packageVersion} listens on http://${formatAddress(node.address)} ` +
        `(transport ${node.transport}: ${node.transportReason}; ${count(node.processes, 'acceptor process', 'acceptor processes')} ` +
        `with ${count(node.threads, 'worker thread', 'worker threads')} each; seed ${snapshot.seed}; metrics ${metrics})\n`,
    );
    const received = await signal;
    logs.logger.info({ signal: received, timeout_secs: configuration.server.shutdown_timeout_secs }, 'draining');
    const ended = nextSignal().then(() => primary.stop().then(() => EXIT_FAILURE));
    const drained = primary.drain(configuration.server.shutdown_timeout_secs * 1_000).then(() => EXIT_OK);
    return await Promise.race([drained, ended]);
  } finally {
    logs.close();
  }
}

function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve(name));
  });
}

const count = (number: number, one: string, many: string): string => `${number} ${number === 1 ? one : many}`;
