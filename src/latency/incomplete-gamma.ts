/**
 * The regularised incomplete gamma functions P(a, x) and Q(a, x) = 1 - P(a, x), and the inverse of both: the gamma distribution of shape a
 * and scale 1. For shapes from 0.01 to 100,000 each is accurate to about 12 digits, also where it is tiny. They are evaluated when a
 * distribution is made, not per draw.
 */

/** Coefficients of Lanczos' approximation with g = 7 and 9 terms. */
const lanczos: readonly number[] = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];

/**
 * ln Γ(a) for a > 0.
 * Source: C. Lanczos, "A precision approximation of the gamma function", SIAM J. Numer. Anal. B 1 (1964), 86-96; coefficients by
 * P. Godfrey.
 */
export function logGamma(a: number): number {
  const shifted = a + 6.5;
  const sum = lanczos.reduce((total, coefficient, index) => total + coefficient / (a + index), 0.9999999999998099);
  return 0.9189385332046727 + (a - 0.5) * Math.log(shifted) - shifted + Math.log(sum);
}

/** ln Γ(a) less Stirling's formula, for a >= 10. Source: NIST Digital Library of Mathematical Functions, 5.11.1. */
function stirlingError(a: number): number {
  const r = 1 / (a * a);
  return (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r * (1 / 1188 - (r * 691) / 360360))))) / a;
}

/** ln(x^a e^-x / Γ(a)): the logarithm of x times the density. For large shapes no large terms are subtracted. */
function logWeight(a: number, x: number, logX: number): number {
  if (a < 10) return a * logX - x - logGamma(a);
  const offset = (x - a) / a;
  const excess = offset > -0.5 ? offset - Math.log1p(offset) : offset - logX + Math.log(a);
  return 0.5 * Math.log(a / (2 * Math.PI)) - a * excess - stirlingError(a);
}

/** Far more than the square root of any shape asks for; it ends a sum that does not. */
const termsMax = 20_000;

/** P(a, x) / (x^a e^-x / Γ(a)) by its power series. Source: NIST Digital Library of Mathematical Functions, 8.11.4. */
function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < termsMax && term > sum * 1e-17; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

/**
 * Q(a, x) / (x^a e^-x / Γ(a)) by its continued fraction.
 * Source: NIST Digital Library of Mathematical Functions, 8.9.2, evaluated as W. J. Lentz, Applied Optics 15 (1976), 668-671.
 */
function upperFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let value = d;
  for (let n = 1; n < termsMax; n++) {
    const numerator = n * (a - n);
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    const factor = c * d;
    value *= factor;
    if (Math.abs(factor - 1) < 1e-16) break;
  }
  return value;
}

export interface GammaShares {
  /** P(a, x), the share below x. */
  readonly lower: number;
  /** Q(a, x), the share above x. */
  readonly upper: number;
  /** x times the density at x: the slope of P over ln x. */
  readonly slope: number;
}

/** Both functions at x = e^logX; of the two the smaller is accurate as such and the other is its complement. */
export function gammaShares(a: number, logX: number): GammaShares {
  const x = Math.exp(logX);
  const slope = Math.exp(logWeight(a, x, logX));
  if (x < a + 1) {
    const lower = Math.min(1, slope * lowerSeries(a, x));
    return { lower, upper: 1 - lower, slope };
  }
  const upper = Math.min(1, slope * upperFraction(a, x));
  return { lower: 1 - upper, upper, slope };
}

/** ln x below which P(a, x) is its first term, x^a / Γ(a + 1), to the last digit. */
const firstTermBelow = -37;
const stepsMax = 100;

/** Wilson and Hilferty's cube for shapes of 1 and more, else the first term of the series for P. */
function firstGuess(a: number, z: number, logP: number): number {
  const cubeRoot = 1 - 1 / (9 * a) + z / (3 * Math.sqrt(a));
  if (a >= 0.5 && cubeRoot > 0.2) return Math.log(a) + 3 * Math.log(cubeRoot);
  return (logP + logGamma(a + 1)) / a;
}

/**
 * ln x with P(a, x) = p and Q(a, x) = q, by Newton's method on the logarithm of the smaller of the two over ln x, kept within a bracket.
 * Source of the guess: E. B. Wilson, M. M. Hilferty, Proc. Natl. Acad. Sci. 17 (1931), 684-688.
 * @param p in (0, 1) and q = 1 - p
 * @param z the standard normal quantile of p
 */
export function logGammaQuantile(a: number, p: number, q: number, z: number): number {
  const first = (Math.log(p) + logGamma(a + 1)) / a;
  if (first < firstTermBelow) return first;
  let [low, high] = [firstTermBelow - 1, Math.log(a + 100 * Math.sqrt(a) + 800)];
  let logX = Math.min(Math.max(firstGuess(a, z, Math.log(p)), low), high);
  for (let step = 0; step < stepsMax; step++) {
    const { lower, upper, slope } = gammaShares(a, logX);
    // Rises with ln x in both cases.
    const error = p < q ? Math.log(lower / p) : Math.log(q / upper);
    if (error > 0) high = logX;
    else low = logX;
    const change = (error * (p < q ? lower : upper)) / slope;
    const next = logX - change;
    if (Math.abs(change) < 1e-14 * Math.max(1, Math.abs(logX))) return next;
    logX = next > low && next < high ? next : (low + high) / 2;
  }
  return logX;
}
