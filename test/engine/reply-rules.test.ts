import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfiguration } from '../../src/config/loader.js';
import { replyHeaderNames } from '../../src/config/reply-texts.js';
import { ReplyRules, type RuleSubject } from '../../src/engine/reply-rules.js';
import { fixedRandom, SeededRandom } from '../latency/fixtures/seeded-random.js';

function rulesOf(yaml: string): ReplyRules {
  const content = `replies:\n  rules:\n${yaml.replace(/^/gm, '    ')}`;
  return new ReplyRules(loadConfiguration({ text: { name: 'f', content }, environment: {} }).replies.rules);
}

function subject(change: Partial<RuleSubject> & { headers?: Record<string, string> } = {}): RuleSubject {
  const { headers = {}, ...rest } = change;
  return {
    model: 'gpt-4o',
    endpoint: 'openai.chat.completions',
    lastMessage: 'please refund 42',
    promptTokens: 5,
    endsWithToolResult: false,
    header: (name) => headers[name],
    ...rest,
  };
}

const random = fixedRandom(0);

test('the first rule that fits decides, by model, endpoint, message and header', () => {
  const rules = rulesOf(`
- { match: { model: "claude-*" }, reply: { text: model } }
- { match: { endpoint: "*.responses.create" }, reply: { text: endpoint } }
- { match: { headers: { X-Tenant: "^acme$" } }, reply: { text: header } }
- { match: { last_message: "REFUND", ignore_case: true }, reply: { text: message } }
- { match: { last_message: "refund" }, reply: { text: too late } }
- { match: { model: "gpt-4o", last_message: hello }, reply: { text: both } }`);
  const said = (change: Parameters<typeof subject>[0]) => rules.match(subject(change), () => random)?.text;
  assert.equal(said({ model: 'claude-3-opus' }), 'model');
  assert.equal(said({ endpoint: 'openai.responses.create' }), 'endpoint');
  assert.equal(said({ headers: { 'x-tenant': 'acme' } }), 'header');
  assert.equal(said({ headers: { 'x-tenant': 'acme2' } }), 'message');
  assert.equal(said({}), 'message');
  assert.equal(said({ lastMessage: 'hello' }), 'both');
  assert.equal(said({ lastMessage: 'hello', model: 'o1' }), undefined);
});

test('text and arguments are filled from the request; what is not text stays what it is', () => {
  const rules = rulesOf(`
- match: { last_message: '(?<verb>refund) (\\d+)', headers: { x-tenant: . } }
  reply:
    text: "{{match.verb}} {{match.2}} for {{header.X-Tenant}} by {{model}}"
    tool_calls:
      - { name: refund, arguments: { order: "{{match.2}}", "{{x}}": [1, true, null, "<{{match.0}}>"] } }
      - { name: run, arguments: 'print("{{match.1}}")' }
      - { name: free }
    finish_reason: stop`);
  const reply = rules.match(subject({ headers: { 'x-tenant': 'a"b' } }), () => random);
  assert.equal(reply?.text, 'refund 42 for a"b by gpt-4o');
  assert.deepEqual(reply?.toolCalls, [
    { name: 'refund', input: '{"order":"42","{{x}}":[1,true,null,"<refund 42>"]}' },
    { name: 'run', input: 'print("refund")' },
    { name: 'free', input: undefined },
  ]);
  assert.equal(reply?.finish, 'stop');
});

test('a rule that calls tools lets the conversation go on after the result, unless told otherwise', () => {
  const rules = rulesOf(`
- { match: { after_tool_result: true, model: o1 }, reply: { tool_calls: [{ name: again }] } }
- { reply: { tool_calls: [{ name: once }] } }
- { match: { after_tool_result: true }, reply: { text: done } }`);
  assert.equal(rules.match(subject(), () => random)?.toolCalls[0]?.name, 'once');
  assert.equal(rules.match(subject({ endsWithToolResult: true }), () => random)?.text, 'done');
  assert.equal(
    rules.match(subject({ endsWithToolResult: true, model: 'o1' }), () => random)?.toolCalls[0]?.name,
    'again',
  );
});

test('a share of the requests that fit is answered, the rest goes on', () => {
  const rules = rulesOf(`
- { match: { probability: 0.25 }, reply: { text: a } }
- { match: { probability: 0 }, reply: { text: never } }
- { reply: { text: b } }`);
  const source = new SeededRandom(11);
  const count = { a: 0, b: 0 };
  for (let i = 0; i < 10_000; i++) count[rules.match(subject(), () => source)?.text as 'a' | 'b']++;
  assert.equal(count.a + count.b, 10_000);
  // Five standard deviations of a binomial distribution with p = 0.25.
  assert.ok(Math.abs(count.a - 2_500) < 5 * Math.sqrt(10_000 * 0.25 * 0.75), `${count.a}`);
});

test('a reply has its own latency, and a fault its delay', () => {
  const rules = rulesOf(`
- name: slow
  match: { model: o1 }
  reply: { fault: { kind: rate_limit, after_ms: 5, retry_after_secs: 3 } }
- { match: { model: o3 }, reply: { fault: rate_limit } }
- { match: { model: gpt-4 }, reply: { fault: timeout } }
- { match: { model: gpt-4-turbo }, reply: { fault: { kind: timeout, after_ms: 9, answer: close } } }
- reply: { latency: { ttft: { distribution: constant, value_ms: 7 } } }`);
  const faultOf = (model: string) => {
    const { kind, parameters, rule } = rules.match(subject({ model }), () => random)?.fault ?? assert.fail();
    return [kind.name, parameters, rule];
  };
  assert.deepEqual(faultOf('o1'), ['rate_limit', { after_ms: 5, retry_after_secs: 3, limit: 'requests' }, 'slow']);
  assert.deepEqual(faultOf('o3'), [
    'rate_limit',
    { after_ms: 0, retry_after_secs: 60, limit: 'requests' },
    'replies.rules[1]',
  ]);
  // A timeout comes at once unless told otherwise.
  assert.deepEqual(faultOf('gpt-4'), ['timeout', { hold_ms: 0, answer: 'error' }, 'replies.rules[2]']);
  assert.deepEqual(faultOf('gpt-4-turbo'), ['timeout', { hold_ms: 9, answer: 'close' }, 'replies.rules[3]']);
  const reply = rules.match(subject(), () => random);
  assert.equal(reply?.ttft?.sampleMs(random), 7);
  assert.deepEqual([reply?.itl, reply?.text, reply?.fault, reply?.toolCalls], [undefined, undefined, undefined, []]);
});

test('the headers that replies depend on', () => {
  const content = `
replies:
  generator: template
  text: "{{header.X-A}}"
  rules:
    - match: { headers: { X-B: b, x-a: a } }
      reply: { text: "{{header.x-c}}", tool_calls: [{ name: t, arguments: { deep: [{ er: "{{header.X-D}}" }] } }] }`;
  const { replies } = loadConfiguration({ text: { name: 'f', content }, environment: {} });
  assert.deepEqual(replyHeaderNames(replies), ['x-a', 'x-b', 'x-c', 'x-d']);
});
