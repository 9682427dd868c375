/**
 * The regularized incomplete gamma function, from which both the gamma and the normal distribution follow. Written for the verification
 * alone, by the textbook's series and continued fraction, so that an error in the simulator's own functions cannot hide in it.
 * Source: M. Abramowitz, I. A. Stegun, "Handbook of Mathematical Functions" (1964), 6.1.41, 6.5.29, 6.5.31, 26.2.30.
 */
const TERMS_MAX = 10_000;
const PRECISION = 1e-15;
const TINY = 1e-300;
/** From here up Stirling's series with the terms below is exact to a double. */
const STIRLING_FROM = 12;

/** ln Γ(a) for a > 0. */
function logGamma(a: number): number {
  let shifted = a;
  let product = 1;
  while (shifted < STIRLING_FROM) product *= shifted++;
  const inverse = 1 / shifted;
  const square = inverse * inverse;
  const series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188))));
  return (shifted - 0.5) * Math.log(shifted) - shifted + 0.5 * Math.log(2 * Math.PI) + series - Math.log(product);
}

/** P(a, x), the share of a gamma distribution of shape a and scale 1 that lies up to x. */
export function lowerGammaShare(a: number, x: number): number {
  if (x <= 0) return 0;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  return x < a + 1 ? front * series(a, x) : 1 - front * continuedFraction(a, x);
}

/** The share of a standard normal distribution that lies up to z. */
export function normalShare(z: number): number {
  const half = lowerGammaShare(0.5, (z * z) / 2) / 2;
  return z < 0 ? 0.5 - half : 0.5 + half;
}

function series(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < TERMS_MAX && term > sum * PRECISION; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

/** Evaluated from the front, with both convergents' ratios kept (Lentz). */
function continuedFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let value = d;
  for (let n = 1; n < TERMS_MAX; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = 1 / notZero(numerator * d + b);
    c = notZero(b + numerator / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < PRECISION) break;
  }
  return value;
}

function notZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}
