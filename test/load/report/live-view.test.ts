/** What a person sees on the screen while a run goes on and after it; and that nothing at all goes into a pipe. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RunProgress } from '../../../src/load/contract.js';
import { liveView } from '../../../src/load/report/live-view.js';
import { exampleRecord } from './example-result.js';

const PROGRESS: RunProgress = {
  elapsedSecs: 1,
  totalSecs: 10,
  started: 12,
  finished: 2,
  inFlight: 10,
  notSent: 0,
  loopDelayP99Us: 100,
};

/** A terminal that knows what the view uses: line's end, return, a line up, and clearing a line. */
class Screen {
  readonly isTTY = true;
  readonly columns: number;
  readonly rows: string[] = ['$ llm-simulator load', ''];
  #row = 1;
  #column = 0;

  constructor(columns = 100) {
    this.columns = columns;
  }

  write(text: string): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what moves the cursor
    for (const [piece] of text.matchAll(/\u001b\[1A|\u001b\[2K|\r|\n|[^\u001b\r\n]+/g)) this.#apply(piece);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: nothing else is sent
    assert.doesNotMatch(text, /\u001b(?!\[1A|\[2K)/);
  }

  #apply(piece: string): void {
    if (piece === '\u001b[1A') this.#row--;
    else if (piece === '\u001b[2K') this.rows[this.#row] = '';
    else if (piece === '\r') this.#column = 0;
    else if (piece === '\n') this.#newLine();
    else this.#put(piece);
  }

  #newLine(): void {
    this.#column = 0;
    this.#row++;
    if (this.#row === this.rows.length) this.rows.push('');
  }

  #put(piece: string): void {
    assert.ok(this.#column + piece.length < this.columns, `wraps: ${piece}`);
    const row = this.rows[this.#row]!;
    this.rows[this.#row] =
      row.slice(0, this.#column).padEnd(this.#column) + piece + row.slice(this.#column + piece.length);
    this.#column += piece.length;
  }

  /** Without the empty lines at its end. */
  text(): string {
    return this.rows.join('\n').trimEnd();
  }
}

describe('the live view', () => {
  test('shows progress, rates and percentiles in three lines', () => {
    const screen = new Screen();
    const view = liveView(screen);
    view.record(exampleRecord());
    view.record(
      exampleRecord({ outcome: 'http_error', status: 429, chunkTimesUs: new Uint32Array(0), usage: undefined }),
    );
    view.tick!(PROGRESS);
    assert.equal(
      screen.text(),
      [
        '$ llm-simulator load',
        '1.0 s of 10.0 s  [##..................]  10 %',
        '2.00 requests/s, 3.00 tokens/s, 10 in flight, 1 failed (50.0 %)',
        'TTFT 30.3 / 30.3 ms, ITL 20.0 / 30.0 ms, E2E 100.3 / 100.3 ms (p50 / p99 of the last 5 s)',
      ].join('\n'),
    );
  });

  test('draws over what it drew, and leaves nothing behind', () => {
    const screen = new Screen();
    const view = liveView(screen);
    for (let second = 1; second <= 10; second++) {
      view.record(exampleRecord());
      view.tick!({ ...PROGRESS, elapsedSecs: second, notSent: second === 5 ? 7 : 0 });
    }
    assert.equal(screen.text().split('\n').length, 4);
    assert.match(screen.text(), /10\.0 s of 10\.0 s {2}\[#{20}\] {2}100 %/);
    assert.doesNotMatch(screen.text(), /not sent/);
    view.close();
    assert.equal(screen.text(), '$ llm-simulator load');
    view.close();
    screen.write('report\n');
    assert.equal(screen.text(), '$ llm-simulator load\nreport');
  });

  test('rates are of the time since the last tick, and percentiles of the last five ticks', () => {
    const screen = new Screen();
    const view = liveView(screen);
    for (let number = 0; number < 10; number++) view.record(exampleRecord());
    view.tick!({ ...PROGRESS, elapsedSecs: 2 });
    assert.match(screen.text(), /^5\.00 requests\/s, 15\.0 tokens\/s/m);
    for (let second = 3; second < 7; second++) view.tick!({ ...PROGRESS, elapsedSecs: second });
    assert.match(screen.text(), /^0\.00 requests\/s/m);
    assert.match(screen.text(), /TTFT 30\.3/);
    view.tick!({ ...PROGRESS, elapsedSecs: 7 });
    assert.match(screen.text(), /no complete request in the last seconds/);
  });

  test('a run without an end in time shows how many are done', () => {
    const screen = new Screen();
    liveView(screen).tick!({ ...PROGRESS, totalSecs: undefined });
    assert.match(screen.text(), /^1\.0 s, 2 of 12 done$/m);
  });

  test('says what it waits for when the plan is over and answers are not', () => {
    const screen = new Screen();
    liveView(screen).tick!({ ...PROGRESS, elapsedSecs: 10.5 });
    assert.match(screen.text(), /^10\.5 s, all sent after 10\.0 s: waiting for the last answers$/m);
  });

  test('a cancelled request is neither an error nor a delay', () => {
    const screen = new Screen();
    const view = liveView(screen);
    view.record(exampleRecord({ outcome: 'cancelled' }));
    view.tick!(PROGRESS);
    assert.match(screen.text(), /none failed\nno complete request/);
  });

  test('is cut to a narrow terminal, so that a line never wraps', () => {
    const screen = new Screen(30);
    const view = liveView(screen);
    for (let second = 1; second <= 3; second++) {
      view.record(exampleRecord());
      view.tick!({ ...PROGRESS, elapsedSecs: second });
    }
    assert.equal(screen.text().split('\n').length, 4);
  });

  test('writes nothing where no terminal reads', () => {
    let written = '';
    const view = liveView({
      isTTY: false,
      write: (text) => {
        written += text;
      },
    });
    view.record(exampleRecord());
    view.tick?.(PROGRESS);
    view.close();
    assert.equal(written, '');
  });
});
