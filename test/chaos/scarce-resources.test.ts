/** A node that the system gives nothing more, or whose clock is set. */
import { jumpingClock } from '../../bench/chaos/jumping-clock.js';
import { fullDisk, noFiles } from '../../bench/chaos/scarce-resources.js';
import { testExperiment } from './harmed-node.js';

testExperiment(noFiles, 'streams go on, nothing spins, the node says so, and serves again as soon as it can');
testExperiment(fullDisk, 'requests and streams go on, and the lines that were dropped are counted');
testExperiment(jumpingClock, 'streams keep to their times and bytes');
