/**
 * burst: faults in runs, as when a backend is down for a while. A Markov chain of two states, good and bad, takes one step per request:
 *
 *   P(bad → good) = 1 / L     L: mean length of a run of bad requests
 *   P(good → bad) = π / (1 - π) / L     so that the share of bad requests is π
 *
 * Source: E. N. Gilbert, "Capacity of a Burst-Noise Channel", Bell System Technical Journal 39 (1960), with errors in every bad step.
 *
 * The state at step n is found without the steps from 1 on, by coupling from the past (J. G. Propp, D. B. Wilson, "Exact sampling with
 * coupled Markov chains and applications to statistical mechanics", Random Structures and Algorithms 9 (1996)): every step has a uniform
 * number of its own, and a step whose number leads both states into the same one makes all before it irrelevant. Such a step is found some L
 * steps back on the average, at ten nanoseconds each. The rare request without one within LOOK_BACK_MAX steps starts from the stationary
 * distribution there, so the share is π exactly.
 */
import type { FromSchema } from 'json-schema-to-ts';
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { RuleDraws } from '../draws.js';
import type { FaultMoment, Pattern, PatternPlugin, PatternProblem } from './contract.js';

/** Some 0.1 ms of looking back; at the longest mean length one request in some 20,000 would have to look back further. */
const LOOK_BACK_MAX = 10_000;

const schema = {
  type: 'object',
  description:
    'Runs of faulty requests with healthy ones between them (a Markov chain of two states), by the number of the request.',
  properties: {
    kind: { const: 'burst' },
    rate: {
      type: 'number',
      minimum: 0.000001,
      maximum: 0.999,
      description: 'Share of requests in a run, in the long term; at most mean_length / (mean_length + 1).',
    },
    mean_length: {
      type: 'number',
      minimum: 1,
      maximum: 1_000,
      default: 10,
      description: 'Mean length of a run. Runs have a geometric distribution.',
      'x-unit': 'requests',
    },
  },
  required: ['kind', 'rate'],
  additionalProperties: false,
  examples: [{ kind: 'burst', rate: 0.05, mean_length: 20 }],
} as const satisfies JsonSchema;

type Parameters = FromSchema<typeof schema, { keepDefaultedPropertiesOptional: true }>;

const MEAN_LENGTH = schema.properties.mean_length.default;

class Burst implements Pattern {
  readonly #draws: RuleDraws;
  readonly #rate: number;
  /** Below it a step ends bad, from whichever state. */
  readonly #surelyBad: number;
  /** From it on a step ends good, from whichever state. */
  readonly #surelyGood: number;
  /** Between the two: whether a step changes the state rather than keeps it. */
  readonly #flips: boolean;

  constructor({ rate, mean_length: meanLength = MEAN_LENGTH }: Parameters, draws: RuleDraws) {
    const badFromGood = rate / (1 - rate) / meanLength;
    const badFromBad = 1 - 1 / meanLength;
    this.#draws = draws;
    this.#rate = rate;
    this.#surelyBad = Math.min(badFromGood, badFromBad);
    this.#surelyGood = Math.max(badFromGood, badFromBad);
    this.#flips = badFromGood > badFromBad;
  }

  shareAt({ number, sequence }: FaultMoment): number {
    let changes = 0;
    for (let step = number; step > number - LOOK_BACK_MAX; step--) {
      const chance = this.#draws.ofStep(sequence, step);
      if (chance < this.#surelyBad) return outcome(true, changes);
      if (chance >= this.#surelyGood) return outcome(false, changes);
      if (this.#flips) changes++;
    }
    return outcome(this.#draws.ofStep(sequence, number - LOOK_BACK_MAX) < this.#rate, changes);
  }
}

function outcome(bad: boolean, changes: number): number {
  return bad === (changes % 2 === 0) ? 1 : 0;
}

function problems({ rate, mean_length: meanLength = MEAN_LENGTH }: Parameters): PatternProblem[] {
  const rateMax = meanLength / (meanLength + 1);
  if (rate <= rateMax) return [];
  const message = `must be <= mean_length / (mean_length + 1) (${Number(rateMax.toPrecision(6))}), with one healthy request between two runs`;
  return [{ path: ['rate'], message, related: ['mean_length'] }];
}

export const burst = {
  name: 'burst',
  schema,
  unitOf: () => 'requests',
  problems,
  create: (parameters, draws): Pattern => new Burst(parameters, draws),
} as const satisfies PatternPlugin<Parameters>;
