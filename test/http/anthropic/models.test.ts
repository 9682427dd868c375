/** The list of models: shapes, order, pages in both directions, and that it is Anthropic's only for those who ask so. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertValid } from '../../schemas/published-schema.js';
import { AT_ONCE, sharedSimulator } from '../chat-client.js';
import { type Json, KEYS, NEW_KEYS } from './messages-client.js';

interface Page {
  readonly data: readonly {
    readonly id: string;
    readonly created_at: string;
    readonly display_name: string;
    readonly line: string | null;
  }[];
  readonly has_more: boolean;
  readonly first_id: string | null;
  readonly last_id: string | null;
}

describe('the list of models', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });

  const get = (query: string, headers: Readonly<Record<string, string>> = KEYS) =>
    fetch(`${simulator().url}/v1/models${query}`, { headers });

  async function page(query: string): Promise<Page> {
    const response = await get(query);
    const body = await response.text();
    assert.equal(response.status, 200, body);
    assertValid('anthropic', 'ModelInfosPage', JSON.parse(body));
    return JSON.parse(body);
  }

  async function messageOf(query: string): Promise<string> {
    const response = await get(query);
    assert.equal(response.status, 400);
    const body = (await response.json()) as { error: { message: string } };
    assertValid('anthropic', 'ErrorResponse', body);
    return body.error.message;
  }

  test('names Claude’s models, the newest first', async () => {
    const { data, has_more, first_id, last_id } = await page('?limit=1000');
    const ids = data.map(({ id }) => id);
    assert.ok(ids.includes('claude-sonnet-5-5') && ids.includes('claude-3-opus'));
    assert.ok(ids.every((id) => id.startsWith('claude-')));
    const times = data.map(({ created_at }) => created_at);
    assert.deepEqual(times, [...times].sort().reverse());
    assert.deepEqual([has_more, first_id, last_id], [false, ids[0], ids.at(-1)]);
  });

  test('comes in pages, forwards', async () => {
    const all = (await page('?limit=1000')).data.map(({ id }) => id);
    const seen: string[] = [];
    let query = '?limit=5';
    for (;;) {
      const { data, has_more, last_id } = await page(query);
      assert.ok(data.length <= 5);
      seen.push(...data.map(({ id }) => id));
      if (!has_more) break;
      query = `?limit=5&after_id=${last_id}`;
    }
    assert.deepEqual(seen, all);
  });

  test('comes in pages, backwards', async () => {
    const all = (await page('?limit=1000')).data.map(({ id }) => id);
    const seen: string[] = [];
    let before = all.at(-1);
    for (;;) {
      const { data, has_more, first_id } = await page(`?limit=4&before_id=${before}`);
      seen.unshift(...data.map(({ id }) => id));
      if (!has_more) break;
      before = first_id ?? '';
    }
    assert.deepEqual(seen, all.slice(0, -1));
  });

  test('is empty beyond its ends', async () => {
    const { data } = await page('?limit=1000');
    assert.deepEqual(await page(`?after_id=${data.at(-1)?.id}`), {
      data: [],
      has_more: false,
      first_id: null,
      last_id: null,
    });
    assert.deepEqual((await page(`?before_id=${data[0].id}`)).data, []);
  });

  test('knows stages of life', async () => {
    assert.deepEqual((await page('?lifecycle[]=retired&lifecycle[]=deprecated')).data, []);
    assert.ok((await page('?lifecycle[]=retired&lifecycle[]=active')).data.length > 0);
    assert.equal(
      await messageOf('?lifecycle[]=old'),
      "lifecycle.0: Input should be 'active', 'deprecated' or 'retired'",
    );
  });

  test('rejects pages that cannot be', async () => {
    assert.equal(await messageOf('?limit=0'), 'limit: Input should be greater than or equal to 1');
    assert.equal(await messageOf('?limit=1001'), 'limit: Input should be less than or equal to 1000');
    assert.equal(
      await messageOf('?limit=x'),
      'limit: Input should be a valid integer, unable to parse string as an integer',
    );
    assert.equal(await messageOf('?after_id=nobody'), 'after_id: Invalid model ID');
    assert.equal(await messageOf('?after_id=a&before_id=b'), 'Only one of before_id and after_id may be provided');
  });

  test('gives one model, also by a dated name, in both versions', async () => {
    for (const headers of [KEYS, NEW_KEYS]) {
      const response = await get('/claude-sonnet-4-5-20250929', headers);
      const model = (await response.json()) as Page['data'][number];
      assertValid('anthropic', 'ModelInfo', model);
      assert.deepEqual(
        [model.id, model.display_name, model.line],
        ['claude-sonnet-4-5-20250929', 'Claude Sonnet 4.5', 'sonnet'],
      );
    }
  });

  test('of the beta API says more', async () => {
    const response = await get('/claude-sonnet-5-5?beta=true');
    const { allowed_fallback_models: allowed, capabilities, ...model } = (await response.json()) as Json;
    const { compaction, ...known } = capabilities as Json;
    assert.deepEqual([allowed, compaction], [[], null]);
    assertValid('anthropic', 'ModelInfo', { ...model, capabilities: known });
  });

  test('is OpenAI’s for everyone else', async () => {
    const body = (await (await get('', { authorization: 'Bearer any' })).json()) as { object: string };
    assert.equal(body.object, 'list');
  });
});
