/**
 * The standard normal distribution: its quantile function and its cumulative distribution function, both to about 15 digits.
 * Only arithmetic, exp, log and sqrt are used, so equal arguments give equal results on every thread and machine of one Node
 * version.
 */
import { MS, P, Q } from './contract.js';

/** Probabilities nearer than this to 0 or 1 are taken as this near: no draw is (a unit has 53 bits), and |z| is 10.0 there. */
const probabilityMin = 2 ** -77;

/** Horner's scheme for a polynomial of degree 7, coefficients from the constant term up; written out because a draw runs it twice. */
function polynomial7(
  x: number,
  k0: number,
  k1: number,
  k2: number,
  k3: number,
  k4: number,
  k5: number,
  k6: number,
  k7: number,
): number {
  return ((((((k7 * x + k6) * x + k5) * x + k4) * x + k3) * x + k2) * x + k1) * x + k0;
}

/** Rational approximation for |p - 0.5| <= 0.425. */
function centralQuantile(q: number): number {
  const r = 0.180625 - q * q;
  return (
    (q *
      polynomial7(
        r,
        3.3871328727963665,
        133.14166789178438,
        1971.5909503065513,
        13731.69376550946,
        45921.95393154987,
        67265.7709270087,
        33430.57558358813,
        2509.0809287301227,
      )) /
    polynomial7(
      r,
      1,
      42.31333070160091,
      687.1870074920579,
      5394.196021424751,
      21213.794301586597,
      39307.89580009271,
      28729.085735721943,
      5226.495278852854,
    )
  );
}

/** Rational approximation for the tails; r = sqrt(-ln(distance to the nearer end)). */
function tailQuantile(r: number): number {
  if (r <= 5) {
    const x = r - 1.6;
    return (
      polynomial7(
        x,
        1.4234371107496835,
        4.630337846156546,
        5.769497221460691,
        3.6478483247632045,
        1.2704582524523684,
        0.2417807251774506,
        0.022723844989269184,
        0.0007745450142783414,
      ) /
      polynomial7(
        x,
        1,
        2.053191626637759,
        1.6763848301838038,
        0.6897673349851,
        0.14810397642748008,
        0.015198666563616457,
        0.0005475938084995345,
        1.0507500716444169e-9,
      )
    );
  }
  const x = r - 5;
  return (
    polynomial7(
      x,
      6.657904643501103,
      5.463784911164114,
      1.7848265399172913,
      0.29656057182850487,
      0.026532189526576124,
      0.0012426609473880784,
      0.000027115555687434876,
      2.0103343992922881e-7,
    ) /
    polynomial7(
      x,
      1,
      0.599832206555888,
      0.1369298809227358,
      0.014875361290850615,
      0.0007868691311456133,
      0.000018463183175100548,
      1.421511758316446e-7,
      2.0442631033899397e-15,
    )
  );
}

/**
 * z with P(Z <= z) = p and P(Z > z) = q, for p and q in [0, 1] with p + q = 1; finite also at the ends (|z| <= 10). The tails are
 * as accurate as the smaller of the two.
 * Source: M. J. Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution", Applied Statistics 37 (1988),
 * 477-484, routine PPND16.
 */
export function standardNormalQuantile(p: number, q: number = 1 - p): number {
  const inversion = Float64Array.of(p, q, 0);
  invertStandardNormal(inversion);
  return inversion[MS]!;
}

/** The same for a draw: reads P and Q of the inversion and writes z to MS. */
export function invertStandardNormal(inversion: Float64Array): void {
  const p = inversion[P]!;
  const q = inversion[Q]!;
  const offset = p <= q ? p - 0.5 : 0.5 - q;
  if (Math.abs(offset) <= 0.425) {
    inversion[MS] = centralQuantile(offset);
    return;
  }
  const z = tailQuantile(Math.sqrt(-Math.log(Math.max(Math.min(p, q), probabilityMin))));
  inversion[MS] = offset < 0 ? -z : z;
}

/** P(Z > x) for 0 <= x < 5 * sqrt(2). */
function upperTailRational(x: number): number {
  const numerator =
    (((((0.0352624965998911 * x + 0.700383064443688) * x + 6.37396220353165) * x + 33.912866078383) * x +
      112.079291497871) *
      x +
      221.213596169931) *
      x +
    220.206867912376;
  const denominator = polynomial7(
    x,
    440.413735824752,
    793.826512519948,
    637.333633378831,
    296.564248779674,
    86.7807322029461,
    16.064177579207,
    1.75566716318264,
    0.0883883476483184,
  );
  return (Math.exp((-x * x) / 2) * numerator) / denominator;
}

/**
 * P(Z <= z) for any z, infinite ones included.
 * Source: G. West, "Better approximations to cumulative normal functions", Wilmott Magazine (May 2005), 70-76, after J. F. Hart,
 * "Computer Approximations" (1968), algorithm 5666.
 */
export function standardNormalCumulative(z: number): number {
  const x = Math.abs(z);
  let upperTail = 0;
  if (x < 7.07106781186547) {
    upperTail = upperTailRational(x);
  } else if (x <= 37) {
    const fraction = x + 1 / (x + 2 / (x + 3 / (x + 4 / (x + 0.65))));
    upperTail = Math.exp((-x * x) / 2) / fraction / 2.506628274631;
  }
  return z > 0 ? 1 - upperTail : upperTail;
}
