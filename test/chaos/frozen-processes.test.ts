/** A node whose processes stop for a while, or for good. */
import { frozenAcceptor, frozenPrimary, pausedAcceptor } from '../../bench/chaos/frozen-processes.js';
import { testExperiment } from './harmed-node.js';

testExperiment(pausedAcceptor, 'every stream is whole, and a scrape says meanwhile whose figures are old');
testExperiment(frozenAcceptor, 'it is killed and replaced, and the streams of the other are whole');
testExperiment(frozenPrimary, 'every stream is whole, and whoever asks about the node gets a quick refusal');
