import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { vectorToBase64, vectorToJson } from '../../src/kernel/float32-vectors.js';

// The same cases every time: a test that is red today was red yesterday.
fc.configureGlobal({ seed: 1 });

const anyVector = fc.float32Array({ noNaN: true, noDefaultInfinity: true, maxLength: 40 });
const components = fc.float32Array({ noNaN: true, min: -1, max: 1, maxLength: 200 });

describe('vectorToJson', () => {
  test('is JSON whose numbers are the vector, rounded to float32', () => {
    fc.assert(
      fc.property(fc.oneof(anyVector, components), (vector) => {
        const numbers: number[] = JSON.parse(vectorToJson(vector));
        // JSON's -0 is fine and so is 0.
        assert.deepEqual(
          numbers.map((number) => Math.fround(number) + 0),
          Array.from(vector, (number) => number + 0),
        );
      }),
      { numRuns: 3_000 },
    );
  });

  test('is exact at and around every power of two, and for the smallest and largest numbers', () => {
    const bits = new Uint32Array(1);
    const float = new Float32Array(bits.buffer);
    for (let exponent = 0; exponent < 255; exponent++) {
      for (let offset = -3; offset <= 3; offset++) {
        bits[0] = Math.max(0, (exponent << 23) + offset);
        for (const value of [float[0], -float[0]]) {
          assert.equal(Math.fround(JSON.parse(vectorToJson(Float32Array.of(value)))[0]) + 0, value + 0);
        }
      }
    }
  });

  test('writes components of embeddings with at most nine significant digits', () => {
    let state = 1;
    for (let i = 0; i < 20_000; i++) {
      state = Math.imul(state, 0x9e3779b1) + 1;
      const value = Math.fround((state / 2 ** 31) * 0.1);
      const text = vectorToJson(Float32Array.of(value)).slice(1, -1);
      assert.match(text, /^-?(?:0|0\.0*[1-9]\d{0,8}|-?\d\.?\d*e-\d+)$/);
    }
  });

  test('writes an empty vector, and simple numbers as people do', () => {
    assert.equal(vectorToJson(new Float32Array(0)), '[]');
    assert.equal(vectorToJson(Float32Array.of(0, 1, -1, 0.5, -2.5)), '[0,1,-1,0.5,-2.5]');
  });
});

describe('vectorToBase64', () => {
  test('is the base64 of the little-endian bytes', () => {
    fc.assert(
      fc.property(anyVector, (vector) => {
        const bytes = Buffer.alloc(vector.length * 4);
        for (const [i, value] of vector.entries()) bytes.writeFloatLE(value, i * 4);
        assert.equal(vectorToBase64(vector), bytes.toString('base64'));
      }),
      {
        numRuns: 1_000,
        examples: [[new Float32Array(0)], [Float32Array.of(1)], [Float32Array.of(1, 2)], [Float32Array.of(1, 2, 3)]],
      },
    );
  });
});
