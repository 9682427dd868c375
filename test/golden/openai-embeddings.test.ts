/** Embeddings, moderations and models of the OpenAI dialect, byte for byte. */
import { describe, test } from 'node:test';
import { sharedSimulator } from '../http/chat-client.js';
import { assertGolden, GOLDEN_START, type GoldenRequest } from './golden.js';

const TEXT = 'What is a ring buffer?';
const EMBEDDING = { path: '/v1/embeddings' };
const MODERATION = { path: '/v1/moderations' };

const REQUESTS: { readonly [feature: string]: GoldenRequest } = {
  'embeddings-float': { ...EMBEDDING, body: { model: 'text-embedding-3-small', input: TEXT, dimensions: 8 } },
  'embeddings-base64': {
    ...EMBEDDING,
    body: { model: 'text-embedding-3-large', input: [TEXT, 'No'], dimensions: 8, encoding_format: 'base64' },
  },
  'embeddings-too-long': {
    ...EMBEDDING,
    body: { model: 'text-embedding-3-small', input: 'word '.repeat(9_000) },
  },
  'moderation-omni': {
    ...MODERATION,
    body: {
      input: [
        { type: 'text', text: 'I want to kill them.' },
        { type: 'image_url', image_url: { url: 'https://example.com/image.png' } },
      ],
    },
  },
  'moderation-text': { ...MODERATION, body: { model: 'text-moderation-latest', input: TEXT } },
  'model-retrieve': { path: '/v1/models/text-embedding-3-small' },
  'model-delete': { path: '/v1/models/text-embedding-3-small', method: 'DELETE' },
};

describe('golden replies of OpenAI', () => {
  const simulator = sharedSimulator(GOLDEN_START);

  for (const [feature, request] of Object.entries(REQUESTS)) {
    test(feature, () => assertGolden(simulator(), 'openai', feature, request));
  }
});
