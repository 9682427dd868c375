/** The schemas of the figures in saturation-figures.ts: the verdict as /health and /admin/stats show it. */
import type { JsonSchema } from '../../kernel/json-schema.js';
import { SATURATION_REASONS } from '../saturation/verdict.js';
import { count, listOf, ms, number, record } from './figure-schemas.js';

export const saturationSchema: JsonSchema = record(
  {
    now: { type: 'boolean', description: 'Whether what clients measure is not what was planned.' },
    reasons: listOf({ type: 'string', enum: SATURATION_REASONS }, 'Why; none when it is not saturated.'),
    since: { type: ['string', 'null'], description: 'RFC 3339, in UTC; null when it is not saturated.' },
    slip_p99_ms: ms('How much later than planned, over ten seconds: 99th percentile of chunks and replies.'),
    slip_limit_ms: ms('simulation.slip_limit_ms.'),
    slip_count: count('How many chunks and replies the p99 is of.'),
    start_slip_p99_ms: ms('The same of first tokens and whole replies.'),
    accept_wait_p99_ms: ms('What new connections waited at most, 99th percentile over ten seconds.'),
    event_loop_lag_p99_ms: ms('How long events waited for the main thread of the process that fares worst, likewise.'),
    stalled_processes: listOf(count('A place.'), 'The numbers, from 0, of the processes that do not report.'),
  },
  'Whether the node keeps to its plans, and the figures that say so.',
);

export const pressureSchema: JsonSchema = record(
  {
    now: { type: 'boolean', description: 'Whether fewer requests are wanted.' },
    occupancy: {
      ...number('Requests being served, as a share of simulation.concurrency.max_concurrent_requests.'),
      maximum: 1,
    },
    waiting: count('Requests that wait for a place.'),
  },
  'How full the node is, over all its processes, as of the last second.',
);
