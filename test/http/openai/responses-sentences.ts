/** The real API's sentences for a Responses request that it rejects, and a test for every such request. */
import { describe, test } from 'node:test';
import { AT_ONCE, type Json, sharedSimulator } from '../chat-client.js';
import { assertError, type ExpectedError, post } from './post.js';

/** What a body without `model` asks. */
const PLAIN = 'gpt-4o-mini';

/** Undefined members of the body are not sent. */
export type Rejection = readonly [what: string, body: Json, error: ExpectedError];

/** One test for every request; the subjects say what is wrong. */
export function describeRejections(subjects: { readonly [subject: string]: readonly Rejection[] }): void {
  describe('POST /v1/responses rejects', () => {
    const simulator = sharedSimulator({ config: AT_ONCE });
    for (const [subject, rejections] of Object.entries(subjects)) {
      describe(subject, () => {
        for (const [what, body, error] of rejections) {
          test(what, async () =>
            assertError(await post(simulator(), '/v1/responses', { model: PLAIN, ...body }), error),
          );
        }
      });
    }
  });
}

export const say = (message: string, param: string | null = null, code: string | null = null): ExpectedError => ({
  message,
  param,
  code,
});
export const missing = (path: string) =>
  say(`Missing required parameter: '${path}'.`, path, 'missing_required_parameter');
export const unknown = (path: string, help = '') =>
  say(`Unknown parameter: '${path}'.${help}`, path, 'unknown_parameter');
export const wrong = (path: string, expected: string, got: string) =>
  say(`Invalid type for '${path}': expected ${expected}, but got ${got} instead.`, path, 'invalid_type');
export const value = (path: string, given: string, choices: string) =>
  say(`Invalid value: '${given}'. Supported values are: ${choices}.`, path, 'invalid_value');
export const moved = (from: string, to: string) =>
  say(
    `Unsupported parameter: '${from}'. In the Responses API, this parameter has moved to '${to}'. Try again with the new parameter. ` +
      'See the API documentation for more information: https://platform.openai.com/docs/api-reference/responses/create.',
    null,
    'unsupported_parameter',
  );
export const notFound = (message: string): ExpectedError => ({ status: 404, message });
export const unsupported = (param: string, code: string | null = null) =>
  say(`Unsupported parameter: '${param}' is not supported with this model.`, param, code);
