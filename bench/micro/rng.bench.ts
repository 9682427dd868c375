/** What a random draw and the seeding of a stream cost. Each task is a batch of DRAWS, so that the loop's own cost vanishes. */
import type { Bench } from 'tinybench';
import { seededRandom, Xoshiro128StarStar } from '../../src/engine/rng.js';
import { hashValue } from '../../src/kernel/content-hash.js';

const DRAWS = 1_000;

export function register(bench: Bench): void {
  const random = new Xoshiro128StarStar([1, 2, 3, 4]);
  const key = Uint32Array.of(1, 2, 3, 4);
  const chat = {
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: 'Tell me about timing wheels. '.repeat(140) }],
    stream: true,
  };
  let sink = 0;

  bench
    .add(`xoshiro128** nextUint32 × ${DRAWS}`, () => {
      for (let i = 0; i < DRAWS; i++) sink ^= random.nextUint32();
    })
    .add(`xoshiro128** nextUnit × ${DRAWS}`, () => {
      for (let i = 0; i < DRAWS; i++) sink += random.nextUnit();
    })
    .add('seededRandom', () => {
      sink ^= seededRandom(42, key, sink & 3).nextUint32();
    })
    .add('hashValue of a 4 KB chat request', () => {
      sink ^= hashValue(chat)[0]!;
    });
}
