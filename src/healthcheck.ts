/**
 * What a container runs to learn whether its node serves (HEALTHCHECK): asks `/ready` on the metrics port, which the primary answers however
 * busy the acceptors are. Exit code 0: it serves; 1: it does not, is starting, leaving or not there. Says why on standard output, which
 * the runtime keeps. A program by itself, so that a check costs the start of node and nothing else.
 *
 * The port is the argument, or what the variable of `telemetry.metrics.prometheus_port` says, or 9090.
 */
import { get } from 'node:http';

const PORT_DEFAULT = '9090';
/** Shorter than the runtime's own limit, so that it is this program that says what is wrong. */
const ANSWER_MS_MAX = 3_000;

const port = process.argv[2] || process.env.LLM_SIM__TELEMETRY__METRICS__PROMETHEUS_PORT || PORT_DEFAULT;

function end(healthy: boolean, words: string): void {
  process.stdout.write(`${words}\n`, () => process.exit(healthy ? 0 : 1));
}

get({ host: '127.0.0.1', port, path: '/ready', timeout: ANSWER_MS_MAX }, ({ statusCode }) => {
  end(statusCode === 200, `/ready on port ${port} answers ${statusCode}`);
})
  .on('timeout', () => end(false, `no answer on port ${port} within ${ANSWER_MS_MAX / 1_000} s`))
  .on('error', (error) => end(false, `no answer on port ${port}: ${error.message}`));
