/** A run is valid unless there is a reason, and how it ended may be one. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { endReasons, validityOf } from '../../../src/load/validity/validity.js';

describe('the end of a run', () => {
  test('is no reason when nearly all that was sent had ended', () => {
    assert.deepEqual(endReasons({ started: 500, cut: 5, isStopped: false }), []);
    assert.deepEqual(endReasons({ started: 0, cut: 0, isStopped: false }), []);
  });

  test('is one when the slowest were cut', () => {
    const [{ code, message }] = endReasons({ started: 500, cut: 6, isStopped: false });
    assert.equal(code, 'unfinished');
    assert.match(message, /^6 of 500 requests/);
  });

  test('is one when somebody broke it off, and then what was cut is none besides', () => {
    assert.deepEqual(
      endReasons({ started: 500, cut: 400, isStopped: true }).map(({ code }) => code),
      ['stopped'],
    );
  });
});

test('every reason counts, and none is valid', () => {
  assert.deepEqual(validityOf([], []), { valid: true, reasons: [] });
  const stopped = endReasons({ started: 1, cut: 0, isStopped: true });
  assert.deepEqual(validityOf([], stopped, stopped), { valid: false, reasons: [...stopped, ...stopped] });
});
