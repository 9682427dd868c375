/** zod schemas whose constraints the official Anthropic SDKs move into descriptions: the replies satisfy them, as a model's do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { AT_ONCE, sharedSimulator } from '../http/chat-client.js';
import { describeAnthropic } from './anthropic-majors.js';

const ORDER = z.object({
  size: z.enum(['small', 'large']).describe('Of the cup'),
  sugar: z.number().int().min(41).max(43),
  code: z.string().regex(/^[A-Z]{3}-\d{2}$/),
  toppings: z
    .array(z.enum(['cream', 'cocoa']))
    .min(2)
    .max(3),
});

describeAnthropic(({ sdk, zod }) => {
  const simulator = sharedSimulator({ config: AT_ONCE });

  test('a reply satisfies the constraints that only its description states', async () => {
    const client = new sdk.Anthropic({ baseURL: simulator().url, apiKey: 'sk-ant-any', maxRetries: 0 });
    for (let number = 0; number < 20; number++) {
      const message = await client.messages.parse({
        model: 'claude-sonnet-5-5',
        max_tokens: 4_000,
        messages: [{ role: 'user', content: `Order ${number}` }],
        output_config: { format: zod.zodOutputFormat(ORDER) },
      });
      assert.ok(ORDER.safeParse(message.parsed_output).success);
    }
  });
});
