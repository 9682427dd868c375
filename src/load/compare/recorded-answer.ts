/**
 * What the upstream itself sent, where its journal records bodies: by it an answer can be compared although the direct request had another plan,
 * be it that the gateway changed the request, dropped its key or speaks another dialect. Only whole records count: the journal cuts long ones.
 */
import { answerReader } from '../answers/answer-reader.js';
import type { DialectName, NumberedRequest, TokenUsage } from '../contract.js';
import type { UpstreamEntry } from './contract.js';

export interface RecordedAnswer {
  readonly text: string;
  readonly finishReason?: string;
  readonly usage?: TokenUsage;
}

/** By how the name of an endpoint begins, the longer beginnings first. */
const DIALECTS: readonly (readonly [beginning: string, dialect: DialectName])[] = [
  ['openai.chat.completions', 'openai.chat'],
  ['openai.responses.create', 'openai.responses'],
  ['openai.completions', 'openai.completions'],
  ['openai.embeddings', 'openai.embeddings'],
  ['azure.chat.completions', 'azure.chat'],
  ['azure.v1.chat.completions', 'azure.chat'],
  ['gemini.v1beta.models.', 'gemini.generate'],
  ['gemini.v1.models.', 'gemini.generate'],
];

/** Undefined where nothing is recorded, or not all of it. */
export function recordedAnswer({ endpoint, isStream, replyBody, status }: UpstreamEntry): RecordedAnswer | undefined {
  const dialect = endpoint === null ? undefined : dialectOf(endpoint);
  if (dialect === undefined || replyBody === null || status !== 200) return undefined;
  const reader = answerReader(requestOf(dialect, isStream), { capture: true });
  // A stream of Gemini's may come as one array.
  const isEvents = isStream && !/^\s*[[{]/.test(replyBody);
  reader.head(status, { 'content-type': isEvents ? 'text/event-stream' : 'application/json' });
  reader.bytes(new TextEncoder().encode(replyBody), 0);
  const { capture, finishReason, outcome, usage } = reader.end('end', 0);
  // A stream whose request did not ask for its usage has none.
  if (capture === undefined || (outcome !== 'complete' && outcome !== 'wrong_usage')) return undefined;
  return {
    text: capture.texts.join(''),
    ...(finishReason !== undefined && { finishReason }),
    ...(usage !== undefined && { usage }),
  };
}

function dialectOf(endpoint: string): DialectName | undefined {
  if (endpoint === 'anthropic.messages') return endpoint;
  return DIALECTS.find(([beginning]) => endpoint.startsWith(beginning))?.[1];
}

/** As far as the reading of its answer depends on it. */
function requestOf(dialect: DialectName, stream: boolean): NumberedRequest {
  return {
    conversation: 0,
    turn: 0,
    key: '',
    mix: 0,
    dialect,
    model: '',
    stream,
    method: 'POST',
    path: '',
    headers: {},
    body: '{}',
    identity: -1,
  };
}
