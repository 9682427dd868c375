/** The official SDKs wait as long as a server that is full tells them to, and then get their answer. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FullServer } from '../http/backpressure/full-server.js';
import { anthropicSdks } from './anthropic-majors.js';
import { openAiSdks } from './openai-majors.js';

/** The least that is told, less what a timer may be early by. Without being told, the SDKs wait for half a second at first. */
const TOLD_MS = 995;
const HI = [{ role: 'user' as const, content: 'Hi.' }];

interface Ask {
  readonly label: string;
  readonly ask: (url: string, fetch: typeof globalThis.fetch) => Promise<unknown>;
}

const asks: readonly Ask[] = [
  ...openAiSdks.map(({ label, sdk: { OpenAI } }) => ({
    label,
    ask: async (url: string, fetch: typeof globalThis.fetch) => {
      const client = new OpenAI({ apiKey: 'key', baseURL: `${url}/v1`, fetch, logLevel: 'off' });
      const { choices } = await client.chat.completions.create({ model: 'gpt-4o', messages: HI });
      return choices[0]?.message.content;
    },
  })),
  ...anthropicSdks.map(({ label, sdk: { Anthropic } }) => ({
    label,
    ask: async (baseURL: string, fetch: typeof globalThis.fetch) => {
      const client = new Anthropic({ apiKey: 'key', baseURL, fetch, logLevel: 'off' });
      const { content } = await client.messages.create({ model: 'claude-sonnet-4-5', max_tokens: 5, messages: HI });
      return content[0]?.type === 'text' && content[0].text;
    },
  })),
];

describe('a server whose places and queue are full', () => {
  for (const { label, ask } of asks) {
    test(`is asked again by ${label} when it said that it may be`, async (t) => {
      const full = await FullServer.start({ max_concurrent_requests: 1, queue_size: 0 });
      t.after(() => full.stop());
      const held = await full.hold();
      const attemptsMs: number[] = [];
      let toldMs = 0;
      const statuses: number[] = [];
      const text = await ask(full.url, async (url, init) => {
        attemptsMs.push(performance.now());
        const response = await fetch(url, init);
        statuses.push(response.status);
        if (response.status !== 200) {
          held.leave();
          await full.until({ active: 0 });
          toldMs = performance.now();
        }
        return response;
      });
      assert.ok(typeof text === 'string' && text.length > 0);
      assert.deepEqual(statuses, [label.startsWith('openai') ? 503 : 529, 200]);
      assert.ok(attemptsMs[1]! - toldMs >= TOLD_MS, `${attemptsMs[1]! - toldMs} ms later`);
    });
  }
});
