/** DELETE /v1/models/{model}; the list and its models are checked against the published schema in chat-schema.test.ts. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertValid } from '../../schemas/published-schema.js';
import { AT_ONCE, sharedSimulator } from '../chat-client.js';
import { assertError } from './post.js';

describe('models', () => {
  const simulator = sharedSimulator({ config: AT_ONCE });

  test('none can be deleted', async () => {
    const url = `${simulator().url}/v1/models/gpt-4o`;
    const response = await fetch(url, { method: 'DELETE' });
    assert.equal(response.status, 403);
    assertValid('openai', 'ErrorResponse', await response.json());
    assert.equal((await fetch(url)).status, 200);
  });

  test('one that does not exist cannot be deleted either', async () => {
    await assertError(await fetch(`${simulator().url}/v1/models/ft%3Agpt-4o`, { method: 'DELETE' }), {
      status: 404,
      message: 'The model `ft:gpt-4o` does not exist or you do not have access to it.',
      code: 'model_not_found',
    });
  });
});
