/** How a signal ends a run of requests: the first one gracefully, with what was measured so far, the second one at once. */
import { EXIT_FAILURE } from './exit-codes.js';
import { TerminationSignals } from './termination-signals.js';

/** Aborts on the first SIGINT or SIGTERM from now on. */
export function interruption(): AbortController {
  const controller = new AbortController();
  const signals = new TerminationSignals();
  void signals.first.then(() => {
    process.stderr.write('llm-simulator: ending the run; once more ends it at once\n');
    controller.abort();
  });
  void signals.second.then(() => process.exit(EXIT_FAILURE));
  return controller;
}
