/**
 * Vectors of float32 as JSON and as base64, fast enough for millions of numbers in one reply. Both say exactly the same numbers: the JSON
 * text of a number is short and, rounded to float32, gives the number back.
 */

/** The most characters of a number and its comma: "-0." and 17 digits, or what String() makes of a float32 ("-3.4028234663852886e+38"). */
const NUMBER_CHARS_MAX = 26;
/** Numbers that need more decimals are left to String(), which then writes an exponent. */
const DECIMALS_MAX = 17;
/** Digits are taken from 32-bit integers. */
const INTEGER_MAX = 2 ** 31;
const MANTISSA_BITS = 23;
const EXPONENT_BIAS = 127;
/**
 * By biased exponent, how many decimals tell a number below 1 from all other float32: decimals that lie no farther apart than the float32
 * around the number do. Often one less is enough; at a power of two, below which float32 lie closer, it may take one more. Numbers from 1
 * on are left to String().
 */
const DECIMALS = Int32Array.from({ length: 256 }, (_, exponent) =>
  exponent >= EXPONENT_BIAS ? DECIMALS_MAX + 2 : Math.ceil((MANTISSA_BITS + EXPONENT_BIAS - exponent) * Math.log10(2)),
);

const POWERS_OF_10 = Float64Array.from({ length: DECIMALS_MAX + 1 }, (_, exponent) => 10 ** exponent);

const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const COMMA = 0x2c;

const BASE64 = Uint8Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', (c) =>
  c.charCodeAt(0),
);
const PADDING = 0x3d;

const ascii = new TextDecoder();

/** "[0.0023064255,-0.009327292,…]". @param vector of finite numbers */
export function vectorToJson(vector: Float32Array): string {
  const out = new Uint8Array(vector.length * NUMBER_CHARS_MAX);
  const bits = new Int32Array(vector.buffer, vector.byteOffset, vector.length);
  let at = 0;
  for (let i = 0; i < vector.length; i++) {
    if (i > 0) out[at++] = COMMA;
    at = writeNumber(vector[i], bits[i], out, at);
  }
  return `[${ascii.decode(out.subarray(0, at))}]`;
}

/** The vector's numbers, four bytes each, the lowest first, in base64 (RFC 4648) with padding. */
export function vectorToBase64(vector: Float32Array): string {
  const bytes = new Uint8Array(vector.length * 4 + 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < vector.length; i++) view.setFloat32(i * 4, vector[i], true);
  const length = vector.length * 4;
  const out = new Uint8Array(Math.ceil(length / 3) * 4);
  let to = 0;
  for (let from = 0; from < length; from += 3) {
    const bits = (bytes[from] << 16) | (bytes[from + 1] << 8) | bytes[from + 2];
    out[to++] = BASE64[bits >>> 18];
    out[to++] = BASE64[(bits >>> 12) & 63];
    out[to++] = BASE64[(bits >>> 6) & 63];
    out[to++] = BASE64[bits & 63];
  }
  for (let missing = (3 - (length % 3)) % 3; missing > 0; missing--) out[to - missing] = PADDING;
  return ascii.decode(out);
}

/** Writes the number, whose bits are given as well, at out[at…) and returns where it ends. */
function writeNumber(value: number, bits: number, out: Uint8Array, at: number): number {
  const size = Math.abs(value);
  const enough = DECIMALS[(bits >>> MANTISSA_BITS) & 0xff];
  for (let decimals = enough - 1; decimals <= enough + 1 && decimals <= DECIMALS_MAX; decimals++) {
    const power = POWERS_OF_10[decimals];
    const integer = Math.round(size * power);
    if (integer >= INTEGER_MAX) break;
    if (Math.fround(integer / power) !== size) continue;
    return writeDecimals(value < 0, integer, decimals, out, at);
  }
  return writeText(String(value), out, at);
}

/** Writes an integer below 10^decimals as so many decimals behind "0.", zeros at the end left out. */
function writeDecimals(isNegative: boolean, integer: number, decimals: number, out: Uint8Array, at: number): number {
  let next = at;
  if (isNegative) out[next++] = MINUS;
  out[next++] = ZERO;
  out[next++] = POINT;
  let rest = integer | 0;
  let end = next + decimals;
  for (let digit = end - 1; digit >= next; digit--) {
    const tenth = (rest / 10) | 0;
    out[digit] = ZERO + rest - tenth * 10;
    rest = tenth;
  }
  while (out[end - 1] === ZERO && end > next + 1) end--;
  return end;
}

function writeText(text: string, out: Uint8Array, at: number): number {
  for (let i = 0; i < text.length; i++) out[at + i] = text.charCodeAt(i);
  return at + text.length;
}
