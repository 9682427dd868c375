/** Parameters that several patterns have, as their schemas say them. */
import type { JsonSchema } from '../../kernel/json-schema.js';
import { RATE_MAX, STAGE_SECS_MAX } from './contract.js';

/** @param description what has this rate */
export function rateProperty<const Text extends string>(description: Text) {
  return { type: 'number', minimum: 0, maximum: RATE_MAX, description, 'x-unit': 'conversations/s' } as const;
}

export const durationSecs = {
  type: 'number',
  exclusiveMinimum: 0,
  maximum: STAGE_SECS_MAX,
  description: 'How long the stage lasts.',
  'x-unit': 's',
} as const satisfies JsonSchema;

export const spacing = {
  type: 'string',
  enum: ['poisson', 'even'],
  default: 'poisson',
  description:
    'How arrivals lie at a given rate: `poisson` at random, independently of each other, as those of many users do; `even` at equal distances.',
} as const satisfies JsonSchema;

/** `50` and `0.25`, not `50.000` nor `0.1 + 0.2`. */
export function shownNumber(value: number): string {
  return String(Number(value.toPrecision(6)));
}

export function shownRate(rate: number): string {
  return `${shownNumber(rate)}/s`;
}

/** What a description says of arrivals that are not the usual ones. */
export function shownSpacing(given: 'even' | 'poisson' | undefined): string {
  return given === 'even' ? ', evenly spaced' : '';
}
