/**
 * mixture: one of several distributions, each as often as its weight says: two humps, or a body with a rare slow path.
 *
 *   F(x) = Σ w_i F_i(x)     w_i = weight_i / Σ weight
 *
 * A draw takes one uniform number. Which component it means follows from where among the weights it falls; its place within that
 * component's stretch is again uniform and becomes the component's own number:
 *
 *   0 ├──── w_1 = 0.9 ────────────┼ w_2 = 0.1 ┤ 1       u = 0.93  ─▶  component 2 with 0.3
 *
 * min_ms and max_ms truncate the whole: each component is truncated to them and weighs as much as it keeps, which is the conditional
 * distribution exactly.
 * Source: B. S. Everitt, D. J. Hand, "Finite Mixture Distributions" (1981), ch. 1.
 */
import type { JsonSchema } from '../../kernel/json-schema.js';
import type { RandomSource } from '../../kernel/random-source.js';
import {
  type DelayDistribution,
  type DistributionPlugin,
  delayMsMax,
  MS,
  P,
  type ParameterProblem,
  Q,
} from '../contract.js';
import { type FamilyParameters, families, familyOf } from '../families.js';
import {
  boundsOf,
  shareWithin,
  TruncatedDistribution,
  type TruncationParameters,
  truncationProblems,
  truncationProperties,
} from '../truncation.js';

/** A draw walks through the weights; more humps than this are an empirical distribution. */
const componentsMax = 16;

const weight = {
  type: 'number',
  exclusiveMinimum: 0,
  maximum: 1_000_000,
  description: "How often the component is drawn, in proportion to the others' weights.",
} as const satisfies JsonSchema;

export interface MixtureParameters extends TruncationParameters {
  readonly distribution: 'mixture';
  readonly components: readonly (FamilyParameters & { readonly weight: number })[];
}

/** A family's schema with a weight beside its parameters, for a list entry: examples of whole distributions do not belong there. */
function weighted({ examples: _, ...schema }: JsonSchema): JsonSchema {
  return { ...schema, properties: { ...schema.properties, weight }, required: [...(schema.required ?? []), 'weight'] };
}

const schema: JsonSchema = {
  type: 'object',
  description: 'One of several distributions, each as often as its weight says.',
  properties: {
    distribution: { const: 'mixture' },
    components: {
      type: 'array',
      minItems: 1,
      maxItems: componentsMax,
      description: 'The distributions, any but a mixture, each with its `weight`.',
      items: {
        type: 'object',
        required: ['distribution'],
        discriminator: { propertyName: 'distribution' },
        oneOf: families.map((family) => weighted(family.schema)),
      },
    },
    ...truncationProperties,
  },
  required: ['distribution', 'components'],
  additionalProperties: false,
  examples: [
    {
      distribution: 'mixture',
      components: [
        { weight: 0.9, distribution: 'log_normal', p50_ms: 300, p95_ms: 600 },
        { weight: 0.1, distribution: 'uniform', min_ms: 2000, max_ms: 5000 },
      ],
      max_ms: 4000,
    },
  ],
};

/** The last bit of a unit: what weighs less is never drawn, and a component's number is not nearer to 1. */
const unitStep = 2 ** -53;
const halvings = 64;

/** The draw at hand. */
const drawn = new Float64Array(3);

class Mixture implements DelayDistribution {
  readonly #components: readonly DelayDistribution[];
  readonly #weights: Float64Array;
  /** Per component the sum of the weights before it, and of those after it. */
  readonly #before: Float64Array;
  readonly #after: Float64Array;

  /** @param weights positive, of any sum */
  constructor(components: readonly DelayDistribution[], weights: readonly number[]) {
    const total = weights.reduce((sum, each) => sum + each, 0);
    this.#components = components;
    this.#weights = Float64Array.from(weights, (each) => each / total);
    this.#before = new Float64Array(weights.length);
    this.#after = new Float64Array(weights.length);
    const last = weights.length - 1;
    for (let i = 1; i <= last; i++) {
      this.#before[i] = this.#before[i - 1]! + this.#weights[i - 1]!;
      this.#after[last - i] = this.#after[last - i + 1]! + this.#weights[last - i + 1]!;
    }
  }

  sampleMs(random: RandomSource): number {
    const unit = random.nextUnit();
    let i = this.#components.length - 1;
    while (i > 0 && unit < this.#before[i]!) i--;
    const share = this.#weights[i]!;
    drawn[P] = Math.min((unit - this.#before[i]!) / share, 1 - unitStep);
    drawn[Q] = Math.min(1, Math.max((1 - unit - this.#after[i]!) / share, unitStep));
    this.#components[i]!.invert(drawn);
    return drawn[MS]!;
  }

  /** By bisection: a draw does not need it. */
  invert(inversion: Float64Array): void {
    const [p, q] = [inversion[P]!, inversion[Q]!];
    let [low, high] = [0, delayMsMax];
    for (let halving = 0; halving < halvings; halving++) {
      const middle = (low + high) / 2;
      if (p < 0.5 ? this.cumulative(middle) >= p : this.survival(middle) <= q) high = middle;
      else low = middle;
    }
    inversion[MS] = high;
  }

  cumulative(ms: number): number {
    return this.#components.reduce((sum, component, i) => sum + this.#weights[i]! * component.cumulative(ms), 0);
  }

  survival(ms: number): number {
    return this.#components.reduce((sum, component, i) => sum + this.#weights[i]! * component.survival(ms), 0);
  }
}

function componentsOf({ components }: MixtureParameters): DelayDistribution[] {
  return components.map((component) => familyOf(component).create(component as never));
}

function weightsOf({ components }: MixtureParameters): number[] {
  return components.map((component) => component.weight);
}

function within(place: readonly string[], { path, message, related }: ParameterProblem): ParameterProblem {
  const moved = { path: [...place, ...path], message };
  return related === undefined ? moved : { ...moved, related: [...place, ...related] };
}

function problems(parameters: MixtureParameters): ParameterProblem[] {
  const found = parameters.components.flatMap((component, index) =>
    familyOf(component)
      .problems(component as never)
      .map((problem) => within(['components', String(index)], problem)),
  );
  if (found.length > 0) return found;
  return truncationProblems(new Mixture(componentsOf(parameters), weightsOf(parameters)), parameters);
}

function create(parameters: MixtureParameters): DelayDistribution {
  const components = componentsOf(parameters);
  const weights = weightsOf(parameters);
  if (parameters.min_ms === undefined && parameters.max_ms === undefined) return new Mixture(components, weights);
  const bounds = boundsOf(parameters);
  const kept = components.map((component, index) => weights[index]! * shareWithin(component, bounds));
  const total = kept.reduce((sum, each) => sum + each, 0);
  const drawn = [...kept.keys()].filter((index) => kept[index]! > unitStep * total);
  return new Mixture(
    drawn.map((index) => new TruncatedDistribution(components[index]!, parameters)),
    drawn.map((index) => kept[index]!),
  );
}

export const mixture = {
  name: 'mixture',
  schema,
  problems,
  create,
} as const satisfies DistributionPlugin<MixtureParameters>;
