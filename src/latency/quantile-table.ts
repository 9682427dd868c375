/**
 * A quantile function without a closed form, tabulated once so that a draw costs two logarithms, a polynomial and an exponential. What is
 * tabulated is ln quantile over the log-odds t = ln(p / q), which is smooth and nearly straight in both tails:
 *
 *   ln x │          ___●      knots at equal steps of t; between two of them the polynomial of degree 5 that has their values, slopes
 *        │    ●───●           and curvatures (quintic Hermite interpolation)
 *        │  ●
 *        └──────────────── t = ln(p / q)
 *
 * Its error falls with the sixth power of the step. Beyond the ends, which no draw reaches, it is constant.
 * Source: C. de Boor, "A Practical Guide to Splines" (1978), ch. IV (piecewise Hermite interpolation).
 */

/** A unit has 53 bits (t from -36.7 on) and truncation keeps at least a thousandth of a distribution: |t| <= 43.7. */
const logOddsMax = 44;
const stepsPerUnit = 8;
const step = 1 / stepsPerUnit;
const intervals = 2 * logOddsMax * stepsPerUnit;

/** The curve at one knot. */
export interface Knot {
  /** ln quantile, and its first and second derivative by t. */
  readonly value: number;
  readonly slope: number;
  readonly curvature: number;
}

export class QuantileTable {
  /** Six coefficients of the polynomial in (t - knot) / step per interval, from the constant up. */
  readonly #coefficients = new Float64Array(6 * intervals);

  /** @param knotAt the curve at p and q = 1 - p */
  constructor(knotAt: (p: number, q: number) => Knot) {
    let left = knotAtLogOdds(knotAt, -logOddsMax);
    for (let interval = 0; interval < intervals; interval++) {
      const right = knotAtLogOdds(knotAt, (interval + 1) * step - logOddsMax);
      this.#coefficients.set(quintic(left, right), 6 * interval);
      left = right;
    }
  }

  quantile(p: number, q: number): number {
    const place = (Math.log(p / q) + logOddsMax) * stepsPerUnit;
    const interval = Math.min(Math.max(Math.floor(place), 0), intervals - 1);
    const x = Math.min(Math.max(place - interval, 0), 1);
    const at = 6 * interval;
    const c = this.#coefficients;
    return Math.exp(
      c[at]! + x * (c[at + 1]! + x * (c[at + 2]! + x * (c[at + 3]! + x * (c[at + 4]! + x * c[at + 5]!)))),
    );
  }
}

function knotAtLogOdds(knotAt: (p: number, q: number) => Knot, logOdds: number): Knot {
  return knotAt(1 / (1 + Math.exp(-logOdds)), 1 / (1 + Math.exp(logOdds)));
}

/** The polynomial over [0, 1] with the values, slopes and curvatures of two knots a step apart. */
function quintic(left: Knot, right: Knot): number[] {
  const [slope, curvature] = [left.slope * step, left.curvature * step ** 2];
  // What is left of the right knot after the left one's parabola.
  const value = right.value - left.value - slope - curvature / 2;
  const rise = right.slope * step - slope - curvature;
  const bend = right.curvature * step ** 2 - curvature;
  return [
    left.value,
    slope,
    curvature / 2,
    10 * value - 4 * rise + bend / 2,
    -15 * value + 7 * rise - bend,
    6 * value - 3 * rise + bend / 2,
  ];
}
