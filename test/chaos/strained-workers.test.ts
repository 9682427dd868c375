/** A node whose worker threads are given too much. */
import { exhaustedWorker, overloadedWorkers } from '../../bench/chaos/strained-workers.js';
import { testExperiment } from './harmed-node.js';

testExperiment(exhaustedWorker, 'it gets a 500, another thread takes the place, and streams go on');
testExperiment(overloadedWorkers, 'each is served or refused in words, the next is served, and streams go on');
