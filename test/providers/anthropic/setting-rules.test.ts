/** What settings mean together: sampling, thinking, the choice among tools, breakpoints of the cache. */
import { describe, test } from 'node:test';
import { assertAccepted, assertInvalid, type Json, messageBody } from './requests.js';

const TOOL = { name: 'get_weather', input_schema: { type: 'object' } };
const THINKING = { type: 'enabled', budget_tokens: 1_024 };
const GUIDE = 'https://docs.claude.com/en/docs/build-with-claude/extended-thinking';

describe('sampling', () => {
  test('takes one of temperature and top_p from Claude 4.1 on', () => {
    const both = { temperature: 0.5, top_p: 0.9 };
    assertAccepted(messageBody({ model: 'claude-3-opus', ...both }));
    assertAccepted(messageBody({ model: 'claude-opus-4-20250514', ...both }));
    assertInvalid(
      messageBody({ model: 'claude-opus-4-1', ...both }),
      '`temperature` and `top_p` cannot both be specified for this model. Please use only one.',
    );
  });

  test('may be unset by -1, but for top_p with the models that take one parameter', () => {
    assertAccepted(messageBody({ model: 'claude-3-opus', temperature: 1, top_k: -1, top_p: -1 }));
    assertAccepted(messageBody({ model: 'claude-sonnet-4-5', temperature: 1, top_k: -1 }));
    assertInvalid(
      messageBody({ model: 'claude-sonnet-4-5', top_p: -1 }),
      '`top_p` cannot be set to -1 for this model.',
    );
    assertInvalid(messageBody({ model: 'claude-opus-4-7', top_p: -1 }), '`top_p` cannot be set to -1 for this model.');
    assertInvalid(messageBody({ top_k: -2 }), 'top_k: Input should be greater than or equal to 0');
  });
});

for (const model of ['claude-opus-4-7', 'claude-sonnet-5', 'claude-haiku-5-5']) {
  test(`${model} takes sampling parameters at their defaults only`, () => {
    assertAccepted(messageBody({ model, temperature: 1 }));
    assertAccepted(messageBody({ model, top_p: 0.99 }));
    assertInvalid(messageBody({ model, temperature: 0.7 }), '`temperature` is deprecated for this model.');
    assertInvalid(messageBody({ model, top_p: 0.95 }), '`top_p` is deprecated for this model.');
    assertInvalid(messageBody({ model, top_k: 40 }), '`top_k` is deprecated for this model.');
  });

  test(`${model} takes no budget of thinking`, () => {
    const tokens = { max_tokens: 2_000 };
    assertAccepted(messageBody({ model, ...tokens, thinking: { type: 'adaptive' } }));
    assertInvalid(
      messageBody({ model, ...tokens, thinking: THINKING }),
      '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control ' +
        'thinking behavior.',
    );
  });
}

test('a model of no known generation takes all of them', () => {
  assertAccepted(messageBody({ model: 'my-own-model', temperature: 0.7, top_p: 0.5, top_k: 40 }));
  assertAccepted(messageBody({ model: 'my-own-model', max_tokens: 2_000, thinking: THINKING }));
  assertAccepted(messageBody({ model: 'claude-opus-4-6', temperature: 0.7, top_k: 40 }));
});

describe('thinking', () => {
  const thoughtful = (fields: Json = {}) => messageBody({ max_tokens: 2_000, thinking: THINKING, ...fields });

  test('fits into max_tokens', () => {
    assertAccepted(thoughtful());
    assertInvalid(
      thoughtful({ max_tokens: 1_024 }),
      `\`max_tokens\` must be greater than \`thinking.budget_tokens\`. Please consult our documentation at ${GUIDE}#max-tokens-and-context-window-size-with-extended-thinking`,
    );
  });

  test('is not for models that cannot', () => {
    assertInvalid(thoughtful({ model: 'claude-3-opus' }), "'claude-3-opus' does not support thinking.");
    assertAccepted(messageBody({ model: 'claude-3-opus', thinking: { type: 'disabled' } }));
  });

  test('leaves sampling alone', () => {
    const guide = `Please consult our documentation at ${GUIDE}`;
    assertAccepted(thoughtful({ temperature: 1 }));
    assertInvalid(
      thoughtful({ temperature: 0.5 }),
      `\`temperature\` may only be set to 1 when thinking is enabled. ${guide}`,
    );
    assertAccepted(thoughtful({ top_p: 0.95 }));
    assertInvalid(
      thoughtful({ top_p: 0.9 }),
      `\`top_p\` must be greater than or equal to 0.95 or unset when thinking is enabled. ${guide}`,
    );
    assertInvalid(thoughtful({ top_k: 5 }), `\`top_k\` must be unset when thinking is enabled. ${guide}`);
  });

  test('does not go with a forced call', () => {
    for (const choice of [{ type: 'any' }, { type: 'tool', name: 'get_weather' }]) {
      assertInvalid(
        thoughtful({ tools: [TOOL], tool_choice: choice }),
        'Thinking may not be enabled when tool_choice forces tool use.',
      );
    }
    assertAccepted(thoughtful({ tools: [TOOL], tool_choice: { type: 'auto' } }));
  });

  test('begins the turn that goes on after tools', () => {
    const call = { type: 'tool_use', id: 't1', name: 'get_weather', input: {} };
    const withFirst = (...content: readonly Json[]) => [
      { role: 'user', content: 'Weather?' },
      { role: 'assistant', content },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: 'Sunny' }] },
    ];
    assertAccepted(thoughtful({ messages: withFirst({ type: 'thinking', thinking: 'Hm.', signature: 'c2ln' }, call) }));
    assertInvalid(
      thoughtful({ messages: withFirst(call) }),
      'messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`. When `thinking` is enabled, a final ' +
        '`assistant` message must start with a thinking block (preceeding the lastmost set of `tool_use` and `tool_result` blocks). We ' +
        'recommend you include thinking blocks from previous turns. To avoid this requirement, disable `thinking`. Please consult our ' +
        `documentation at ${GUIDE}`,
    );
  });
});

describe('the choice among tools', () => {
  test('is among tools that are there', () => {
    for (const choice of [{ type: 'any' }, { type: 'tool', name: 'get_weather' }]) {
      assertInvalid(
        messageBody({ tool_choice: choice }),
        'tool_choice: tool_choice may only be specified while providing tools',
      );
    }
    assertInvalid(
      messageBody({ tools: [TOOL], tool_choice: { type: 'tool', name: 'other' } }),
      "tool_choice: Tool 'other' not found in provided tools",
    );
  });

  test('is by names that differ', () => {
    assertInvalid(messageBody({ tools: [TOOL, TOOL] }), 'tools: Tool names must be unique.');
  });
});

describe('breakpoints of the prompt cache', () => {
  const mark = (ttl?: string): Json => ({
    cache_control: ttl === undefined ? { type: 'ephemeral' } : { type: 'ephemeral', ttl },
  });
  const text = (fields: Json = {}): Json => ({ type: 'text', text: 'Hello', ...fields });

  test('are at most four', () => {
    const content = [1, 2, 3, 4].map(() => text(mark()));
    assertAccepted(messageBody({ messages: [{ role: 'user', content }] }));
    assertInvalid(
      messageBody({ tools: [{ ...TOOL, ...mark() }], messages: [{ role: 'user', content }] }),
      'A maximum of 4 blocks with cache_control may be provided. Found 5.',
    );
  });

  test('of an hour stand before those of five minutes', () => {
    const ordered = { system: [text(mark('1h'))], messages: [{ role: 'user', content: [text(mark('5m'))] }] };
    assertAccepted(messageBody(ordered));
    assertInvalid(
      messageBody({ system: [text(mark())], messages: [{ role: 'user', content: [text(mark('1h'))] }] }),
      "messages.0.content.0.cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. Note " +
        'that blocks are processed in the following order: `tools`, `system`, `messages`.',
    );
  });

  test('do not stand on empty text', () => {
    assertInvalid(
      messageBody({ system: [text({ text: '', ...mark() })] }),
      'system.0: cache_control cannot be set for empty text blocks',
    );
  });
});
