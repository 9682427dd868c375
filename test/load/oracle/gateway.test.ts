/** What the oracle finds of a gateway's habits, with a real simulator behind a gateway that has them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Outcome } from '../../../src/load/contract.js';
import type { ClientRequest } from '../../../src/load/oracle/client-log.js';
import { JournalTail } from '../../../src/load/oracle/journal-tail.js';
import { judgeUpstream } from '../../../src/load/oracle/judge.js';
import type { OracleResult } from '../../../src/load/oracle/result.js';
import { chatRequest, sharedSimulator } from '../../http/chat-client.js';
import { type Habits, startBadGateway } from './bad-gateway.js';

const WAIT_SECS = 1;
/** Longer than any request takes here, on however slow a machine. */
const PATIENCE_MS = 30_000;

const simulator = sharedSimulator({
  config: {
    server: { transport: 'node' },
    providers: { 'gpt-4o': { latency: { ttft: { distribution: 'constant', value_ms: 5 } } } },
    faults: {
      rules: [
        {
          name: 'wait',
          fault: { kind: 'rate_limit', retry_after_secs: WAIT_SECS },
          match: { headers: { 'x-case': 'wait' } },
        },
        { name: 'cut', fault: { kind: 'disconnect', after_tokens: 2 }, match: { headers: { 'x-case': 'cut' } } },
      ],
    },
  },
});

interface Asked {
  readonly key: string;
  readonly case?: string;
  readonly stream?: boolean;
  readonly tokens?: number;
  /** Leaves behind the first bytes. */
  readonly leaves?: boolean;
}

async function ask(url: string, asked: Asked): Promise<ClientRequest> {
  const leaving = new AbortController();
  let left: ClientRequest | undefined;
  const sentUs = Math.round(performance.now() * 1_000);
  const ended = (outcome: Outcome, status?: number): ClientRequest => {
    return { key: asked.key, sentUs, endedUs: Math.round(performance.now() * 1_000), outcome, status, identity: -1 };
  };
  try {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-llm-sim-request-id': asked.key,
        'x-case': asked.case ?? 'none',
      },
      body: JSON.stringify(chatRequest({ stream: asked.stream ?? false, max_tokens: asked.tokens ?? 3 })),
      signal: leaving.signal,
    });
    for await (const _ of response.body ?? []) {
      if (asked.leaves !== true) continue;
      left = ended('cancelled', response.status);
      leaving.abort();
      return left;
    }
    return response.ok ? ended('complete', 200) : ended('http_error', response.status);
  } catch {
    return left ?? ended('broken_off');
  }
}

/** Sends the requests one after another through a gateway with the habits. @param arriving how many the upstream is to see */
async function seenThrough(habits: Habits, requests: readonly Asked[], arriving: number): Promise<OracleResult> {
  const gateway = await startBadGateway(simulator().url, habits);
  try {
    const tail = await JournalTail.open({ url: simulator().url });
    const log: ClientRequest[] = [];
    for (const request of requests) log.push(await ask(gateway.url, request));
    assert.ok(await tail.pollUntil(({ length }) => length >= arriving, PATIENCE_MS), `${tail.entries.length} arrived`);
    return judgeUpstream(log, tail.entries, { entriesLost: tail.lost });
  } finally {
    await gateway.stop();
  }
}

const codesOf = ({ findings }: OracleResult): string[] => findings.map(({ code }) => code);
const numbered = (count: number): Asked[] => Array.from({ length: count }, (_, index) => ({ key: `n${index}` }));

describe('the oracle', () => {
  test('has nothing to say of a gateway that hands on what it gets', async () => {
    const result = await seenThrough({}, [...numbered(25), { key: 'w', case: 'wait' }, { key: 's', stream: true }], 27);
    assert.deepEqual(result.findings, []);
    assert.deepEqual(result.attempts.by_count, { '1': 27 });
    // A connection may still be busy with the end of its last answer when the next request comes.
    assert.ok((result.connections?.requests_per_connection ?? 0) > 2, JSON.stringify(result.connections));
    assert.deepEqual(result.retries.not_retried, { '429': 1 });
  });

  test('measures how soon it tries again, and whether that was asked for', async () => {
    const hasty = await seenThrough({ retries: { most: 2, afterMs: 50 } }, [{ key: 'w', case: 'wait' }], 3);
    assert.deepEqual(codesOf(hasty), ['retry_too_early']);
    assert.deepEqual(hasty.retries.by_reason, { '429': 2 });
    assert.equal(hasty.retries.too_early, 2);
    assert.ok(hasty.retries.wait.min_ms >= 49, `${hasty.retries.wait.min_ms}`);
    const patient = await seenThrough(
      { retries: { most: 1, afterMs: WAIT_SECS * 1_000 + 5 } },
      [{ key: 'w', case: 'wait' }],
      2,
    );
    assert.deepEqual(codesOf(patient), []);
    assert.ok(patient.retries.beyond_retry_after.min_ms >= 0, `${patient.retries.beyond_retry_after.min_ms}`);
  });

  test('sees requests that are sent twice at once', async () => {
    const result = await seenThrough({ doubles: true }, [{ key: 'd', stream: true, tokens: 120 }], 2);
    assert.deepEqual(codesOf(result), ['duplicate_overlapping']);
    assert.equal(result.attempts.per_request, 2);
  });

  test('sees connections that are not used again', async () => {
    const result = await seenThrough({ forgetsConnections: true }, numbered(25), 25);
    assert.deepEqual(codesOf(result), ['connections_not_reused']);
    assert.equal(result.connections?.opened, 25);
  });

  test('sees whether a client that leaves is noticed', async () => {
    const leaver: Asked = { key: 'l', stream: true, tokens: 200, leaves: true };
    const told = await seenThrough({}, [{ key: 'first' }, leaver], 2);
    assert.deepEqual([told.cancellations.reached_upstream, told.cancellations.ran_on], [1, 0]);
    const untold = await seenThrough({ ignoresLeaving: true }, [{ key: 'first' }, leaver], 2);
    assert.deepEqual(codesOf(untold), ['cancellation_ignored']);
    assert.ok(untold.cancellations.wasted.p50_ms > 0);
  });

  test('sees breaks that are hidden, and errors under another name', async () => {
    const cut: Asked = { key: 'c', stream: true, tokens: 30, case: 'cut' };
    assert.deepEqual(codesOf(await seenThrough({ hidesBreaks: true }, [cut], 1)), ['break_hidden']);
    assert.deepEqual(codesOf(await seenThrough({}, [cut], 1)), []);
    const blurred = await seenThrough({ blurs: true }, [{ key: 'w', case: 'wait' }], 1);
    assert.deepEqual(codesOf(blurred), ['status_changed']);
    assert.deepEqual(blurred.endings, [{ upstream: '429', client: '500', requests: 1 }]);
  });

  test('sees a header that is left out', async () => {
    const result = await seenThrough({ drops: 'x-llm-sim-request-id' }, numbered(3), 3);
    assert.deepEqual(codesOf(result), ['request_id_dropped']);
    assert.equal(result.entries, 3);
  });
});
