/** GET /v1/responses/{response_id}: the response as far as it has come, or its events anew, paced by what is left of its time. */

import type { JsonObject } from '../../../kernel/json-object.js';
import { ApiError, type ApiRequest, type Endpoint, type Simulation } from '../../contract.js';
import { errorReply } from '../errors.js';
import { replyHeaders } from '../identity.js';
import { responseNotFound } from './not-found.js';
import { booleanQuery, includeQuery, integerQuery } from './query-rules.js';
import { show, unfinished } from './response-object.js';
import { writeResponseStream } from './response-stream.js';
import { idOf } from './shape-rules.js';
import { type Course, type Found, recallResponse, type StoredResponse, statusOf } from './stored-response.js';

export const RESPONSE_PATH = '/v1/responses/:response_id';

export const retrieveResponse: Endpoint = {
  name: 'openai.responses.retrieve',
  method: 'GET',
  paths: [RESPONSE_PATH],
  takesBody: false,
  description: {
    summary: 'Retrieve a model response',
    replySchema: 'Response',
    eventSchema: 'ResponseStreamEvent',
    queryParameters: [
      { name: 'include', description: 'What else to show of the output: see POST /v1/responses.' },
      {
        name: 'stream',
        description: 'Stream the events of a response that was created in the background as a stream.',
      },
      { name: 'starting_after', description: 'The sequence number after which to begin the stream.' },
      { name: 'include_obfuscation', description: 'Whether events that add text are padded to hide its length.' },
    ],
  },
  answer,
};

function answer(call: ApiRequest, simulation: Simulation): void {
  const include = includeQuery(call);
  const stream = booleanQuery(call, 'stream');
  const startingAfter = integerQuery(call, 'starting_after', { minimum: 0 }) ?? -1;
  const obfuscate = booleanQuery(call, 'include_obfuscation');
  const found = findResponse(call, simulation);
  const { stored, ageMs } = found;
  if (stream) {
    const course = courseOf(stored);
    const resumption = { elapsedUs: ageMs * 1_000, startingAfter };
    writeResponseStream({ stored, course, include, obfuscate }, call, simulation, resumption);
    return;
  }
  writeDocument(show(currentResponse(found), include), call, simulation);
}

/** The response of the path. Throws ApiError when there is none. */
export function findResponse({ parameters }: ApiRequest, simulation: Simulation): Found {
  const id = parameters.response_id;
  idOf('resp')(id, 'response_id');
  const found = recallResponse(id, simulation);
  if (found === undefined) throw responseNotFound(id);
  return found;
}

/** The response as far as it has come by now. */
function currentResponse(found: Found): JsonObject {
  const { response } = found.stored;
  const status = statusOf(found);
  return status === response.status ? response : unfinished(response, status);
}

export function writeDocument(document: JsonObject, call: ApiRequest, simulation: Simulation): void {
  simulation.plan.whole(200, replyHeaders('application/json', 0, simulation, call), JSON.stringify(document), 0);
}

/** Throws ApiError for a response that was not streamed in the background. */
function courseOf({ background, course }: StoredResponse): Course {
  if (course !== null) return course;
  const missing = background ? 'stream=true' : 'background=true';
  throw new ApiError(
    errorReply(400, {
      message: `This response cannot be streamed because it was not created with ${missing}.`,
      type: 'invalid_request_error',
      param: 'stream',
    }),
  );
}
