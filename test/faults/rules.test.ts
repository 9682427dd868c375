/** Which rule fires: by match, chance and pattern; and that rules have nothing to do with each other. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KEYED_SEQUENCE, numberOfKey } from '../../src/faults/request-number.js';
import { compileFaultRules, type FaultRule, type FaultSubject, faultHeaderNames } from '../../src/faults/rules.js';

const SEED = 7;

function subject(index: number, change: Partial<FaultSubject> = {}): FaultSubject {
  return {
    model: 'gpt-4o',
    endpoint: 'openai.chat.completions',
    provider: 'openai',
    apiKey: 'k1',
    stream: true,
    header: () => undefined,
    identity: Uint32Array.of(index, 1, 2, 3),
    number: index,
    sequence: KEYED_SEQUENCE,
    atUs: 0,
    generates: true,
    ...change,
  };
}

function fired(rules: readonly FaultRule[], count = 2_000, change: Partial<FaultSubject> = {}): (string | undefined)[] {
  const compiled = compileFaultRules(rules, SEED);
  return Array.from({ length: count }, (_, index) => compiled.first(subject(index, change))?.rule);
}

const sure = (name: string, match: FaultRule['match']): FaultRule => ({ name, fault: 'overloaded', match });

test('the first rule that fits decides; every key of a match has to fit', () => {
  const rules = compileFaultRules(
    [
      sure('off', {}),
      sure('model', { model: 'claude-*' }),
      sure('endpoint', { endpoint: '*.embeddings' }),
      sure('provider', { provider: 'azure' }),
      sure('key', { api_key: ['k2', 'k3'] }),
      sure('one key', { api_key: 'k4' }),
      sure('header', { headers: { 'X-Tenant': '^acme$', 'x-b': '.' } }),
      sure('whole', { stream: false, model: 'gpt-4o' }),
    ].map((rule, index) => (index === 0 ? { ...rule, enabled: false } : rule)),
    SEED,
  );
  const named = (change: Partial<FaultSubject>) => rules.first(subject(1, change))?.rule;
  const headers = (values: Record<string, string>) => ({ header: (name: string) => values[name] });
  assert.equal(named({}), undefined);
  assert.equal(named({ model: 'claude-3-opus' }), 'model');
  assert.equal(named({ endpoint: 'openai.embeddings' }), 'endpoint');
  assert.equal(named({ provider: 'azure' }), 'provider');
  assert.equal(named({ apiKey: 'k3' }), 'key');
  assert.equal(named({ apiKey: 'k4' }), 'one key');
  assert.equal(named({ apiKey: undefined }), undefined);
  assert.equal(named(headers({ 'x-tenant': 'acme', 'x-b': 'y' })), 'header');
  assert.equal(named(headers({ 'x-tenant': 'acme' })), undefined);
  assert.equal(named({ stream: false }), 'whole');
  assert.equal(named({ stream: false, model: '' }), undefined);
  assert.equal(rules.first(subject(1, { provider: 'azure', apiKey: 'k4' }), new Set(['provider']))?.rule, 'one key');
});

test('a fault that changes what the model says is passed over where it says nothing', () => {
  const rules: FaultRule[] = [
    { name: 'a', fault: 'empty_choice' },
    { name: 'b', fault: 'server_error' },
  ];
  assert.equal(fired(rules, 1)[0], 'a');
  assert.equal(fired(rules, 1, { generates: false })[0], 'b');
});

test('a rule hits the same requests whatever other rules there are', () => {
  const rule: FaultRule = { name: 'mine', fault: 'overloaded', probability: 0.3 };
  const other = (name: string): FaultRule => ({
    name,
    fault: 'timeout',
    probability: 0.2,
    pattern: { kind: 'burst', rate: 0.3 },
  });
  const alone = fired([rule]);
  const behind = fired([other('x'), other('y'), rule, other('z')]);
  behind.forEach((name, index) => {
    if (name === 'mine') assert.equal(alone[index], 'mine');
    else if (name === undefined || name === 'z') assert.equal(alone[index], undefined);
  });
  assert.notDeepEqual(fired([{ ...rule, name: 'yours' }]).map(Boolean), alone.map(Boolean));
});

test('a probability may depend on the time, and is multiplied by the pattern', () => {
  const probability = (atUs: number) => (atUs < 1_000 ? 0 : 1);
  const rules: FaultRule[] = [{ name: 'late', fault: 'overloaded', probability, pattern: { kind: 'every_nth', n: 5 } }];
  assert.equal(fired(rules, 100).filter(Boolean).length, 0);
  assert.deepEqual(
    fired(rules, 100, { atUs: 1_000 }).flatMap((name, index) => (name ? [index] : [])),
    Array.from({ length: 20 }, (_, index) => index * 5),
  );
  const half = fired([{ ...rules[0]!, probability: 0.5 }], 10_000).filter(Boolean).length;
  // 2,000 draws of 1/2: 3.29 standard deviations.
  assert.ok(Math.abs(half - 1_000) < 3.29 * Math.sqrt(500), String(half));
});

test('headers are named once, in lower case', () => {
  const rules = [
    sure('a', { headers: { 'X-A': '.', 'x-b': '.' } }),
    sure('b', { headers: { 'x-A': '.' } }),
    sure('c', undefined),
  ];
  assert.deepEqual(faultHeaderNames(rules), ['x-a', 'x-b']);
});

test('the number of a key is that of its last digits, and some number where it has none', () => {
  assert.equal(numberOfKey('run-7-000042'), 42);
  assert.equal(numberOfKey('17'), 17);
  assert.equal(numberOfKey('0'), 0);
  assert.equal(numberOfKey('id-12345678901234567890'), 678_901_234_567_890);
  const [one, other] = [numberOfKey('abc'), numberOfKey('abd')];
  assert.ok(Number.isSafeInteger(one) && one >= 0 && one !== other);
  assert.equal(numberOfKey('abc'), one);
});
