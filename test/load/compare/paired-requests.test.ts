/** The requests of both ways: equal to the byte where the dialect is the same, and known by their key even where no header comes through. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ComparedPath } from '../../../src/load/compare/contract.js';
import { planOfPath, type RequestPair, requestPairs, sessionsOf } from '../../../src/load/compare/paired-requests.js';
import type { DialectName, LoadPlan, MixEntry } from '../../../src/load/contract.js';
import { requestSource } from '../../../src/load/requests/request-source.js';
import { comparedPlan } from './compared-plan.js';

const planOf = (entry: Partial<MixEntry>): LoadPlan =>
  comparedPlan('http://localhost', {
    promptTokens: 30,
    conversation: { turns: 2, sharedPrefixTokens: 0, thinkTime: 0 },
    ...entry,
  });

const DIRECT: ComparedPath = { target: { url: 'http://simulator', headers: {}, apiKey: 'sk-direct' } };
const GATEWAY: ComparedPath = { target: { url: 'http://gateway', headers: {}, apiKey: 'sk-gateway' } };

async function pairsOf(
  entry: Partial<MixEntry>,
  count: number,
  { gateway = GATEWAY, marks = true }: { readonly gateway?: ComparedPath; readonly marks?: boolean } = {},
): Promise<RequestPair[]> {
  const plan = planOf(entry);
  const sources = {
    direct: await requestSource(planOfPath(plan, DIRECT)),
    gateway: await requestSource(planOfPath(plan, gateway)),
    ...(gateway.model !== undefined && { gatewayModel: gateway.model }),
    marks,
  };
  return [...requestPairs(sources, count)];
}

describe('both requests of a pair', () => {
  for (const dialect of [
    'openai.chat',
    'openai.responses',
    'azure.chat',
    'anthropic.messages',
    'gemini.generate',
  ] as const) {
    test(`are the same but for the key of the API, in ${dialect}`, async () => {
      const pairs = await pairsOf({ dialect }, 5);
      assert.equal(pairs.length, 5);
      for (const { direct, gateway } of pairs) {
        assert.deepEqual([direct.body, direct.path, direct.key], [gateway.body, gateway.path, gateway.key]);
        assert.equal(direct.headers['x-llm-sim-request-id'], direct.key);
        assert.equal(gateway.headers['x-llm-sim-request-id'], gateway.key);
        assert.notDeepEqual(direct.headers, gateway.headers);
      }
      assert.equal(new Set(pairs.map(({ direct }) => direct.key)).size, 5);
    });
  }

  test('are turn after turn of the plan’s conversations', async () => {
    const pairs = await pairsOf({}, 5);
    assert.deepEqual(
      pairs.map(({ direct }) => [direct.conversation, direct.turn]),
      [
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
        [2, 0],
      ],
    );
  });

  test('say the same in two dialects', async () => {
    const gateway = { ...GATEWAY, dialect: 'openai.chat', model: 'my-claude' } as const;
    const [pair] = await pairsOf({ dialect: 'anthropic.messages', model: 'claude-haiku-4-5' }, 1, { gateway });
    const [one, other] = [JSON.parse(pair!.direct.body), JSON.parse(pair!.gateway.body)];
    assert.deepEqual([pair!.direct.dialect, pair!.gateway.dialect], ['anthropic.messages', 'openai.chat']);
    assert.deepEqual(one.messages, other.messages);
    assert.deepEqual([one.model, other.model, pair!.gateway.model], ['claude-haiku-4-5', 'my-claude', 'my-claude']);
  });

  test('name the model in the path, where the dialect does', async () => {
    const named = (dialect: DialectName) => pairsOf({ dialect }, 1, { gateway: { ...GATEWAY, model: 'a/b' } });
    const [azure] = await named('azure.chat');
    assert.match(azure!.gateway.path, /^\/openai\/deployments\/a%2Fb\/chat/);
    const [gemini] = await named('gemini.generate');
    assert.match(gemini!.gateway.path, /^\/v1beta\/models\/a%2Fb:streamGenerateContent/);
  });
});

describe('a mark', () => {
  test('is the name of the end user, by which the journal names the session', async () => {
    const [chat] = await pairsOf({}, 1);
    const { user } = JSON.parse(chat!.direct.body);
    assert.equal(user, chat!.direct.key);
    assert.ok(sessionsOf(user).includes(`user:${user}`));
    const [messages] = await pairsOf({ dialect: 'anthropic.messages' }, 1);
    assert.deepEqual(JSON.parse(messages!.direct.body).metadata, { user_id: messages!.direct.key });
  });

  test('gives way to what the plan says, and is left out where it is not wanted', async () => {
    const [own] = await pairsOf({ fields: { user: 'somebody' } }, 1);
    assert.equal(JSON.parse(own!.direct.body).user, 'somebody');
    const [none] = await pairsOf({}, 1, { marks: false });
    assert.equal('user' in JSON.parse(none!.direct.body), false);
  });
});
