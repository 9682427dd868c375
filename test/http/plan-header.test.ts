/** The header `x-llm-sim-plan`: who gets it, and that what it says is what the client then receives. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { chatRequest, eventsOf, postChat, sharedSimulator } from './chat-client.js';

const SHAPE =
  /^ttft_ms=(\d+\.\d{1,3}), e2e_ms=(\d+\.\d{1,3}), prompt_tokens=(\d+), cached_tokens=(\d+), completion_tokens=(\d+), frames=(\d+), digest="([0-9a-f]{32})", content="([0-9a-f]{32})"$/;
const providers = {
  'gpt-4o': {
    latency: {
      ttft: { distribution: 'constant', value_ms: 12.5 },
      itl: { distribution: 'constant', value_ms: 0.25 },
      prefill_tokens_per_sec: null,
    },
  },
};
const ASKED = { 'x-llm-sim-plan': '1', 'x-llm-sim-request-id': 'a' };

function planOf(response: Response): string[] {
  const text = response.headers.get('x-llm-sim-plan');
  const match = SHAPE.exec(text ?? '');
  assert.ok(match !== null, `${text}`);
  return match.slice(1);
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

describe('the plan header', () => {
  const simulator = sharedSimulator({ config: { providers } });
  const everyone = sharedSimulator({ config: { providers, simulation: { plan_header: true } } });

  test('tells the times, tokens and frames of a stream, and the digest of the body', async () => {
    const body = chatRequest({ max_tokens: 9, stream: true, stream_options: { include_usage: true } });
    const response = await postChat(simulator(), body, ASKED);
    const [ttftMs, e2eMs, promptTokens, cachedTokens, completionTokens, frames, , content] = planOf(response);
    // On uWebSockets.js a stream begins with one line feed, which is none of its frames.
    const text = (await response.text()).replace(/^\n/, '');
    const events = eventsOf(text);
    const { usage } = JSON.parse(events.at(-2) ?? '');
    assert.deepEqual([Number(ttftMs), Number(e2eMs)], [12.5, 12.5 + 8 * 0.25]);
    assert.deepEqual([promptTokens, cachedTokens, completionTokens].map(Number), [
      usage.prompt_tokens,
      0,
      usage.completion_tokens,
    ]);
    assert.ok(Number(frames) >= 10 && Number(frames) <= events.length);
    assert.equal(content, sha256(text));
  });

  test('is on whole replies, whose only frame is the body, and on errors', async () => {
    const whole = await postChat(simulator(), chatRequest({ max_tokens: 9 }), ASKED);
    const [ttftMs, e2eMs, , , completionTokens, frames, , content] = planOf(whole);
    assert.deepEqual([ttftMs, e2eMs, completionTokens, frames], ['14.5', '14.5', '9', '1']);
    assert.equal(content, sha256(await whole.text()));
    for (const body of [chatRequest({ temperature: 9 }), '{', chatRequest({ model: 'nobody' })]) {
      const error = await postChat(simulator(), body, ASKED);
      assert.ok(error.status >= 400);
      const plan = planOf(error);
      assert.deepEqual(plan.slice(0, 6), ['0.0', '0.0', plan[2], '0', '0', '1']);
      assert.equal(plan[7], sha256(await error.text()));
    }
  });

  test('comes to those who ask, in whichever case, and to nobody else', async () => {
    const has = async (value?: string) => {
      const headers = value === undefined ? undefined : { 'x-llm-sim-plan': value };
      return (await postChat(simulator(), chatRequest({ max_tokens: 1 }), headers)).headers.has('x-llm-sim-plan');
    };
    for (const value of ['1', 'true', 'TRUE']) assert.equal(await has(value), true, value);
    for (const value of [undefined, '0', 'false', '', 'yes', '1, 1']) assert.equal(await has(value), false, value);
  });

  test('comes to everyone where the configuration says so', async () => {
    planOf(await postChat(everyone(), chatRequest({ max_tokens: 1 })));
    planOf(await postChat(everyone(), '{'));
  });

  test('does not change what is answered', async () => {
    const body = chatRequest({ max_tokens: 9, stream: true });
    const ask = async (headers: Record<string, string>) => (await postChat(simulator(), body, headers)).text();
    assert.equal(await ask(ASKED), await ask({ 'x-llm-sim-request-id': 'a' }));
  });
});
