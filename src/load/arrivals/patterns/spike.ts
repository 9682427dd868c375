/** spike: a rate that jumps to a peak, stays there, and falls back. */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../../kernel/json-schema.js';
import type { ParameterProblem } from '../../../latency/contract.js';
import { type ArrivalPattern, STAGE_SECS_MAX } from '../contract.js';
import { LinearRate } from '../linear-rate.js';
import { durationSecs, rateProperty, shownNumber, shownRate, shownSpacing, spacing } from '../parameters.js';

const schema = {
  type: 'object',
  description: 'A rate that jumps to a peak, stays there for a while and falls back at once.',
  properties: {
    pattern: { const: 'spike' },
    rate: rateProperty('Rate before and after the peak.'),
    peak_rate: rateProperty('Rate at the peak.'),
    at_secs: {
      type: 'number',
      minimum: 0,
      maximum: STAGE_SECS_MAX,
      description: "When the peak begins, from the stage's start.",
      'x-unit': 's',
    },
    peak_secs: {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: STAGE_SECS_MAX,
      description: 'How long the peak lasts.',
      'x-unit': 's',
    },
    duration_secs: durationSecs,
    spacing,
  },
  required: ['pattern', 'rate', 'peak_rate', 'at_secs', 'peak_secs', 'duration_secs'],
  additionalProperties: false,
  examples: [{ pattern: 'spike', rate: 10, peak_rate: 200, at_secs: 30, peak_secs: 5, duration_secs: 60 }],
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema>;

function problems({ at_secs: at, peak_secs: peak, duration_secs: secs }: Parameters): ParameterProblem[] {
  if (at + peak <= secs) return [];
  const message = `must end within the stage: ${shownNumber(at)} + ${shownNumber(peak)} s is beyond its ${shownNumber(secs)} s`;
  return [{ path: ['peak_secs'], message, related: ['duration_secs'] }];
}

function create({ rate, peak_rate: peakRate, at_secs: at, peak_secs: peak, ...rest }: Parameters): LinearRate {
  const pieces = [
    { secs: at, from: rate, to: rate },
    { secs: peak, from: peakRate, to: peakRate },
    { secs: rest.duration_secs - at - peak, from: rate, to: rate },
  ];
  return new LinearRate(pieces, rest.spacing ?? 'poisson');
}

export const spike = {
  name: 'spike',
  schema,
  problems,
  create,
  describe: ({ rate, peak_rate: peakRate, at_secs: at, peak_secs: peak, spacing: given }) =>
    `${shownRate(rate)}, ${shownRate(peakRate)} from ${shownNumber(at)} s on for ${shownNumber(peak)} s${shownSpacing(given)}`,
} as const satisfies ArrivalPattern<Parameters>;
