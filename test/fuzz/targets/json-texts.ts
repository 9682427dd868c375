/**
 * JSON texts that go wrong in ways that structure knows: those of test/http/hostile-bodies.ts, and besides any value in any place, parts of one
 * body in another, and text that is nearly JSON.
 */
import fc from 'fast-check';
import { hostileBody, type JsonValue } from '../../http/hostile-bodies.js';

interface Swap {
  readonly place: number;
  readonly value: JsonValue;
}

const anyValue = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>;

/** @param fields names that may matter to whoever reads the text */
export function jsonTexts(bodies: readonly JsonValue[], fields: readonly string[]): fc.Arbitrary<string> {
  const parts = bodies.flatMap(partsOf);
  const part = parts.length === 0 ? anyValue : fc.oneof(fc.constantFrom(...parts), anyValue);
  const swap: fc.Arbitrary<Swap> = fc.record({ place: fc.nat(), value: part });
  const swapped = fc
    .tuple(fc.constantFrom(...bodies, {}), fc.array(swap, { minLength: 1, maxLength: 3 }))
    .map(([body, swaps]) => JSON.stringify(swaps.reduce(withSwap, body)));
  const broken = fc
    .tuple(fc.constantFrom(...bodies, {}), fc.nat(), fc.nat(8), fc.string({ maxLength: 4 }))
    .map(([body, at, length, text]) => {
      const whole = JSON.stringify(body);
      const place = at % (whole.length + 1);
      return whole.slice(0, place) + text + whole.slice(place + length);
    });
  return fc.oneof(
    { weight: 6, arbitrary: hostileBody([...bodies, {}], fields) },
    { weight: 6, arbitrary: swapped },
    { weight: 2, arbitrary: broken },
    { weight: 1, arbitrary: fc.json({ maxDepth: 4 }) },
  );
}

/** Everything inside the value, itself first. */
function partsOf(value: JsonValue): JsonValue[] {
  if (typeof value !== 'object' || value === null) return [value];
  return [value, ...Object.values(value).flatMap(partsOf)];
}

/** The body with the value in one of its places. */
function withSwap(body: JsonValue, { place, value }: Swap): JsonValue {
  const copy = structuredClone(body);
  const containers = partsOf(copy).filter((part) => typeof part === 'object' && part !== null);
  if (containers.length === 0) return value;
  const container = containers[place % containers.length] as { [key: string]: JsonValue };
  const keys = Object.keys(container);
  if (keys.length === 0) return value;
  container[keys[Math.floor(place / containers.length) % keys.length]] = value;
  return copy;
}
