/**
 * Sampling allocates nothing: no object, array or closure per draw. What V8 puts on the heap for a number that crosses a call it did not
 * inline (16 bytes) is not the sampler's doing, and is allowed for.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getHeapStatistics } from 'node:v8';
import type { DistributionPlugin } from '../../src/latency/contract.js';
import { createSampler, type DistributionParameters, distributions } from '../../src/latency/registry.js';

const draws = 250_000;
const drawsPerLook = 2_000;

/** An xorshift generator on 32-bit integers. */
class PlainRandom {
  #state = 1;

  nextUint32(): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return this.#state >>> 0;
  }

  nextUnit(): number {
    return this.nextUint32() / 2 ** 32;
  }
}

/** Bytes per call by which the heap grew, summed up between the collections. */
function allocatedPerCall(call: () => void): number {
  let bytes = 0;
  for (let done = 0; done < draws; done += drawsPerLook) {
    const before = getHeapStatistics().used_heap_size;
    for (let i = 0; i < drawsPerLook; i++) call();
    bytes += Math.max(0, getHeapStatistics().used_heap_size - before);
  }
  return bytes / draws;
}

/** A result that V8 did not inline and one more number; an object of one number with its result is 56. */
const bytesMax = 48;
/** The first passes also pay for the compilation, which happens on another thread: the busier the machine, the later. */
const passesMax = 40;

/** Of the cheapest pass. */
function bytesPerCall(call: () => void): number {
  let bytes = Number.POSITIVE_INFINITY;
  for (let pass = 0; pass < passesMax && bytes >= bytesMax; pass++) bytes = Math.min(bytes, allocatedPerCall(call));
  return bytes;
}

test('draws of each distribution leave less on the heap than an object would', () => {
  const random = new PlainRandom();
  const last = new Float64Array(1);
  const samplers = (distributions as readonly DistributionPlugin[]).flatMap((plugin) =>
    ((plugin.schema.examples ?? []) as DistributionParameters[]).map((example) => ({
      example,
      distribution: createSampler(example),
    })),
  );
  const drawOf = (distribution: (typeof samplers)[number]['distribution']) => () => {
    last[0] = distribution.sampleMs(random);
  };
  // Each distribution that a call site meets for the first time undoes what V8 compiled for it, and what it compiles in between may stay for
  // good with nothing inlined: all are met before any is measured.
  for (const { distribution } of samplers) allocatedPerCall(drawOf(distribution));
  for (const { example, distribution } of samplers) {
    const bytes = bytesPerCall(drawOf(distribution));
    assert.ok(bytes < bytesMax, `${JSON.stringify(example)}: ${bytes} bytes per draw`);
  }
});

test('the measurement sees an object per draw', () => {
  const random = new PlainRandom();
  const kept: object[] = [];
  const bytes = bytesPerCall(() => {
    kept[0] = { ms: random.nextUnit(), fromMs: random.nextUnit() };
  });
  assert.ok(bytes >= bytesMax, `${bytes} bytes`);
});
