/** How another generation of the configuration comes from the primary to the acceptors. */
import type { SpreadGeneration } from '../server/reload/configuration-desk.js';
import type { AcceptorHandle } from './acceptor-handle.js';
import type { Acknowledgements } from './acknowledgements.js';

/** Threads get ready in some 0.1 s; those of a machine that is busy with streams, or that load a tokenizer for it, in seconds. */
const PREPARE_TIMEOUT_MS = 20_000;
/** A commit is a turn of the acceptor's loop. */
const COMMIT_TIMEOUT_MS = 5_000;

/** @param started the acceptors that have been told what to serve; one that is told later begins with what holds then */
export function spreadGeneration(
  acknowledgements: Acknowledgements,
  started: () => readonly AcceptorHandle[],
): SpreadGeneration {
  return {
    prepare: (texts) => acknowledgements.tell(started(), (id) => ({ kind: 'prepare', id, texts }), PREPARE_TIMEOUT_MS),
    commit: (generation) =>
      acknowledgements.tell(started(), (id) => ({ kind: 'commit', id, generation }), COMMIT_TIMEOUT_MS),
    abandon: (generation) => {
      for (const acceptor of started()) acceptor.send({ kind: 'abandon', generation });
    },
  };
}
