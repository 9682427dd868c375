/** See rolling-restart.ts: a file of its own per balancer, so that they run at the same time. */
import { testRollingRestart } from './rolling-restart.js';

testRollingRestart('haproxy');
