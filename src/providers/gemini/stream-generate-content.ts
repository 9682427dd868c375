/**
 * POST models/{model}:streamGenerateContent: the reply in chunks, as server-sent events or as the elements of an array. Every chunk has parts,
 * because the official SDK's chats drop a turn with a chunk that has none.
 */
import { ApiError, type ApiRequest, type Endpoint, type Simulation } from '../contract.js';
import type { ApiVersion } from './api-version.js';
import { ContentStreamWriter } from './content-stream-writer.js';
import { inArray } from './errors.js';
import { readGenerateCall } from './generate-request.js';
import { composeReply } from './reply.js';
import { arrayLayout, eventLayout } from './stream-layout.js';

export function streamGenerateContent(version: ApiVersion): Endpoint {
  return {
    name: `gemini.${version}.models.stream_generate_content`,
    method: 'POST',
    paths: [`/${version}/models/:model`],
    verb: 'streamGenerateContent',
    alwaysStreams: true,
    takesBody: 'optional',
    limitPool: 'model',
    contentName: 'gemini.models.generate_content',
    description: {
      summary: 'Generate content as a stream',
      requestSchema: 'GenerateContentRequest',
      eventSchema: 'GenerateContentResponse',
      queryParameters: [
        {
          name: 'alt',
          description: '`sse`: server-sent events; otherwise the chunks are the elements of a JSON array.',
        },
      ],
    },
    answer: (call, simulation) => answer(call, version, simulation),
  };
}

function answer(call: ApiRequest, version: ApiVersion, simulation: Simulation): void {
  const layout = (call.query('alt') ?? call.query('$alt')) === 'sse' ? eventLayout : arrayLayout;
  try {
    const reply = composeReply(readGenerateCall(call, version, simulation), simulation);
    new ContentStreamWriter(reply, layout, simulation).write();
  } catch (error) {
    throw error instanceof ApiError && layout === arrayLayout ? inArray(error) : error;
  }
}
