/**
 * `llm-simulator serve`: loads the configuration, starts the node, says in one line what listens where, and drains on SIGTERM, or
 * without the lame duck on SIGINT. A second signal ends it at once. SIGHUP and a change of the file reload the configuration.
 */
import { AcceptorHandle } from '../cluster/acceptor-handle.js';
import type { NodeDescription, Primary } from '../cluster/primary.js';
import { fileDigestSync } from '../config/file-digest.js';
import type { ConfigurationSnapshot } from '../config/snapshot.js';
import { Failure } from '../kernel/failure.js';
import { packageVersion } from '../kernel/package-root.js';
import { formatAddress } from '../server/transport/listen-failure.js';
import type { Logger } from '../telemetry/logging.js';
import { DebugSignal } from './debug-signal.js';
import { EXIT_FAILURE, EXIT_OK } from './exit-codes.js';
import { overridesOf, type ServeFlags } from './overrides.js';
import { randomSeed } from './random-seed.js';
import { TerminationSignals } from './termination-signals.js';

/** Runs until a signal ends it; resolves with the exit code. */
export async function serve(flags: ServeFlags): Promise<number> {
  // Forked first: its modules load on another core while this process reads and checks the configuration.
  const first = AcceptorHandle.fork();
  try {
    return await serveFrom(flags, first);
  } finally {
    first.kill();
  }
}

async function serveFrom(flags: ServeFlags, first: AcceptorHandle): Promise<number> {
  const signals = new TerminationSignals();
  const debugSignal = new DebugSignal();
  const { loadConfiguration } = await import('../config/loader.js');
  const overrides = overridesOf(flags);
  const request = { file: flags.config, environment: { ...process.env }, overrides };
  // Before it is read: one that changes in between is then seen to have changed.
  const digest = fileDigestSync(flags.config);
  const configuration = loadConfiguration(request);
  const [
    { createSnapshot },
    { createLogSink },
    { moduleLogger },
    { Primary },
    { ReloadTriggers },
    { ConfigurationWarnings },
  ] = await Promise.all([
    import('../config/snapshot.js'),
    import('../telemetry/logging.js'),
    import('../telemetry/module-logger.js'),
    import('../cluster/primary.js'),
    import('./reload-triggers.js'),
    import('./configuration-warnings.js'),
  ]);
  const drawnSeed = randomSeed();
  const snapshot = createSnapshot(configuration, 1, drawnSeed);
  const logs = await createLogSink(configuration.telemetry.logging);
  const { logger } = logs;
  const triggers = new ReloadTriggers({ file: flags.config, digest, logger: moduleLogger(logger, 'config') });
  const warnings = new ConfigurationWarnings(moduleLogger(logger, 'config'));
  const source = { request, digest, randomSeed: drawnSeed };
  const primary = new Primary({
    snapshot,
    ...source,
    parts: [triggers, warnings],
    logger,
    logLinesDropped: logs.dropped,
    first,
  });
  try {
    void signals.second.then(() => primary.stop());
    const node = await Promise.race([primary.start(), signals.first]);
    if (typeof node === 'string') {
      await primary.stop();
      return EXIT_OK;
    }
    triggers.start(primary.configuration);
    debugSignal.start(() => primary.toggleDebugLog());
    const lines = [describe(node, snapshot), ...warnings.warn(snapshot).map((warning) => `warning: ${warning}`)];
    // At once: who waits for the first line has the second one, too.
    process.stderr.write(`${lines.join('\n')}\n`);
    const end = await Promise.race([signals.first, primary.givenUp]);
    if (end instanceof Failure) {
      // Those that still live cut what is open with their clients' own kind of error.
      await primary.drain(0);
      throw end;
    }
    await drain(primary, end, moduleLogger(logger, 'cluster'));
    return signals.count > 1 ? EXIT_FAILURE : EXIT_OK;
  } finally {
    await logs.close();
  }
}

async function drain(primary: Primary, signal: NodeJS.Signals, logger: Logger): Promise<void> {
  const { lame_duck_secs, shutdown_timeout_secs } = primary.configuration.snapshot.configuration.server;
  // Who types Ctrl-C has no load balancer that would have to notice.
  const lameDuckSecs = signal === 'SIGINT' ? 0 : lame_duck_secs;
  logger.info({ signal, lame_duck_secs: lameDuckSecs, timeout_secs: shutdown_timeout_secs }, 'draining');
  if (signal === 'SIGINT') {
    process.stderr.write(
      `interrupted: no new connections; open requests have ${shutdown_timeout_secs} s to finish; once more ends them at once\n`,
    );
  }
  await primary.drain(shutdown_timeout_secs * 1_000, lameDuckSecs * 1_000);
}

/** The start-up line: what listens where, how, and with how many processes and threads. */
function describe(node: NodeDescription, { certificate, seed }: ConfigurationSnapshot): string {
  const scheme = certificate === undefined ? 'http' : 'https';
  const metrics = node.metricsAddress === undefined ? 'off' : `http://${formatAddress(node.metricsAddress)}/metrics`;
  return (
    `llm-simulator ${packageVersion} listens on ${scheme}://${formatAddress(node.address)} ` +
    `(transport ${node.transport}: ${node.transportReason}; ${count(node.processes, 'acceptor process', 'acceptor processes')} ` +
    `with ${count(node.threads, 'worker thread', 'worker threads')} each; seed ${seed}; metrics ${metrics})`
  );
}

const count = (number: number, one: string, many: string): string => `${number} ${number === 1 ? one : many}`;
