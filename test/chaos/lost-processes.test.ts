/** A node whose processes are killed. */
import { flappingAcceptors, killedAcceptor, killedPrimary } from '../../bench/chaos/lost-processes.js';
import { testExperiment } from './harmed-node.js';

testExperiment(
  killedAcceptor,
  'its streams break, the others are whole, another takes its place, and the books add up',
);
testExperiment(killedPrimary, "every stream ends with its provider's error, and the port is free for the next node");
testExperiment(flappingAcceptors, 'the node ends with an exit code of its own and says why');
