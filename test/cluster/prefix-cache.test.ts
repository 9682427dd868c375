/** A prompt that one acceptor process was asked is cached for all of them. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { chat, chatYaml } from '../process/chat-client.js';
import { eventually } from '../process/program.js';
import { SimulatorProcess } from '../process/simulator-process.js';

const PROMPTS_AT_A_TIME = 8;

describe('two acceptors and the prefix cache', () => {
  let node: SimulatorProcess;
  before(async () => {
    const yaml = chatYaml('    prefix_cache: { enabled: true }\nserver: { workers: 2 }');
    node = await SimulatorProcess.start({ yaml });
  });
  after(() => node.end());

  const cachedOf = async (prompt: string): Promise<number> => {
    const { status, text } = await chat(node.url, { prompt, maxTokens: 1 });
    assert.equal(status, 200, text);
    return JSON.parse(text).usage.prompt_tokens_details.cached_tokens;
  };
  /** The processes that have logged requests. */
  const pids = () => new Set(node.logLines().flatMap((line) => (line.msg === 'request' ? [line.pid] : [])));
  let prompts = 0;
  const prompt = () => `${prompts++} ${Array.from({ length: 700 }, (_, index) => `word ${index % 89}`).join(' ')}`;

  /** Each request is on a connection of its own, which the kernel deals to either process. */
  async function askTwice(): Promise<void> {
    const words = prompt();
    assert.equal(await cachedOf(words), 0);
    for (let again = 0; again < 3; again++) assert.ok((await cachedOf(words)) >= 1_024);
  }

  test('hits in either, whichever was asked before', async () => {
    await eventually(
      async () => {
        await Promise.all(Array.from({ length: PROMPTS_AT_A_TIME }, askTwice));
        await new Promise((resolve) => setTimeout(resolve, 100));
        return pids().size === 2 ? true : undefined;
      },
      () => 'one process answered everything',
    );
    // Both have answered by now, so that these cross from one to the other.
    await Promise.all(Array.from({ length: PROMPTS_AT_A_TIME }, askTwice));
  });
});
