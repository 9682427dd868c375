/**
 * A traced request as a span, in OpenTelemetry's words: name, attributes, events and status. Sources: the semantic conventions for GenAI
 * (their own repository since version 1.42) and, for what is HTTP's, version 1.41 of the general ones. What only a simulator knows begins with
 * `llm_simulator.`. docs/tracing.md lists all of it.
 *
 * Invariant: an attribute that says nothing of the request is left out.
 */
import type { RequestRecord } from './request-record.js';

export type AttributeValue = string | number | boolean | readonly string[];
export interface Attributes {
  [name: string]: AttributeValue;
}

export interface SpanEvent {
  readonly name: string;
  /** Unix time, µs. */
  readonly atUs: number;
  readonly attributes: Attributes;
}

export interface RequestSpan {
  readonly name: string;
  readonly attributes: Attributes;
  readonly events: readonly SpanEvent[];
  /** The status is ERROR. */
  readonly isError: boolean;
}

const US_PER_SECOND = 1e6;
const US_PER_MS = 1e3;

/** Those that OpenTelemetry's conventions for HTTP name: RFC 9110's and PATCH. Any other would make names of spans without end. */
const KNOWN_METHODS = new Set(['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE']);

export function requestSpan(record: RequestRecord): RequestSpan {
  const isError = isServerError(record);
  return { name: nameOf(record), attributes: attributesOf(record, isError), events: eventsOf(record), isError };
}

function nameOf({ facts, method, operation, route }: RequestRecord): string {
  if (operation !== undefined) return facts.model === undefined ? operation : `${operation} ${facts.model}`;
  const verb = KNOWN_METHODS.has(method) ? method : 'HTTP';
  return route === undefined ? verb : `${verb} ${route}`;
}

/** As HTTP's conventions have it for servers: what the client did wrong, or left, is no error of the server's. */
function isServerError({ isSpoilt, outcome, status }: RequestRecord): boolean {
  return status >= 500 || outcome === 'failed' || (isSpoilt && outcome !== 'aborted' && status < 400);
}

function attributesOf(record: RequestRecord, isError: boolean): Attributes {
  const attributes: Attributes = {};
  const say = (name: string, value: AttributeValue | undefined): void => {
    if (value !== undefined) attributes[name] = value;
  };
  sayHttp(record, say);
  if (isError) say('error.type', record.error || '_OTHER');
  if (record.operation !== undefined) {
    say('gen_ai.operation.name', record.operation);
    say('gen_ai.provider.name', record.provider);
    sayRequest(record, say);
    sayResponse(record, say);
  }
  sayOwn(record, say);
  return attributes;
}

type Say = (name: string, value: AttributeValue | undefined) => void;

function sayHttp({ host, method, path, route, scheme, status, userAgent }: RequestRecord, say: Say): void {
  const isKnown = KNOWN_METHODS.has(method);
  say('http.request.method', isKnown ? method : '_OTHER');
  if (!isKnown) say('http.request.method_original', method);
  say('http.route', route);
  say('url.path', path);
  say('url.scheme', scheme);
  if (status > 0) say('http.response.status_code', status);
  const { address, port } = serverOf(host, scheme);
  say('server.address', address);
  say('server.port', port);
  say('user_agent.original', userAgent);
}

/** The host header's parts; an IPv6 address without its brackets. */
function serverOf(host: string | undefined, scheme: 'http' | 'https'): { address?: string; port?: number } {
  const [, address, port] = /^(\[[0-9a-fA-F:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(host ?? '') ?? [];
  if (address === undefined) return {};
  const usual = scheme === 'https' ? 443 : 80;
  return { address: address.replace(/^\[|\]$/g, ''), port: port === undefined ? usual : Number(port) };
}

function sayRequest({ facts, session }: RequestRecord, say: Say): void {
  say('gen_ai.request.model', facts.model);
  say('gen_ai.request.stream', facts.stream);
  say('gen_ai.request.max_tokens', facts.maxTokens);
  say('gen_ai.request.temperature', facts.temperature);
  say('gen_ai.request.top_p', facts.topP);
  say('gen_ai.request.top_k', facts.topK);
  say('gen_ai.request.frequency_penalty', facts.frequencyPenalty);
  say('gen_ai.request.presence_penalty', facts.presencePenalty);
  say('gen_ai.request.seed', facts.seed);
  if (facts.choices !== 1) say('gen_ai.request.choice.count', facts.choices);
  say('gen_ai.conversation.id', session);
}

/** Of a reply that the client got at least the beginning of, and no error. */
function sayResponse(record: RequestRecord, say: Say): void {
  const { arrivedUs, facts, firstTokenUs, model, result, status } = record;
  if (status === 0 || status >= 400) return;
  say('gen_ai.response.model', model);
  say('gen_ai.response.id', facts.responseId);
  if (facts.stream && firstTokenUs > 0)
    say('gen_ai.response.time_to_first_chunk', (firstTokenUs - arrivedUs) / US_PER_SECOND);
  say('gen_ai.usage.input_tokens', record.inputTokens);
  if (record.cachedTokens > 0) say('gen_ai.usage.cache_read.input_tokens', record.cachedTokens);
  if (result !== 'success') return;
  say('gen_ai.response.finish_reasons', facts.finishReasons);
  if (facts.finishReasons !== undefined) say('gen_ai.usage.output_tokens', record.outputTokens);
  if (facts.reasoningTokens !== undefined && facts.reasoningTokens > 0)
    say('gen_ai.usage.reasoning.output_tokens', facts.reasoningTokens);
}

function sayOwn(record: RequestRecord, say: Say): void {
  say('llm_simulator.endpoint', record.endpoint);
  say('llm_simulator.outcome', record.outcome);
  say('llm_simulator.cause', record.cause || undefined);
  say('llm_simulator.fault', record.fault);
  say('llm_simulator.rate_limit', record.limit);
  say('llm_simulator.process', record.process);
  say('llm_simulator.seed', record.seed);
  say('llm_simulator.request.identity', record.identity);
  say('llm_simulator.request.key', record.requestKey);
  if (record.scenarios.length > 0) say('llm_simulator.scenarios', record.scenarios);
  say('llm_simulator.chunks', record.chunks);
  say('llm_simulator.response.body.size', record.bytes);
  say('llm_simulator.slip_max_ms', record.slipMaxUs / US_PER_MS);
  if (record.waitedUs > 0) say('llm_simulator.queue_wait_ms', record.waitedUs / US_PER_MS);
}

/** In the order of their times. */
function eventsOf(record: RequestRecord): SpanEvent[] {
  const { arrivedUs, cause, chunks, endUs, fault, firstTokenUs, limit, outcome, waitedUs } = record;
  const events: SpanEvent[] = [];
  const happened = (name: string, atUs: number, attributes: Attributes = {}): void => {
    events.push({ name: `llm_simulator.${name}`, atUs, attributes });
  };
  if (waitedUs > 0)
    happened('queue_left', arrivedUs + waitedUs, { 'llm_simulator.queue_wait_ms': waitedUs / US_PER_MS });
  if (firstTokenUs > 0) happened('first_token', firstTokenUs);
  if (limit !== undefined) happened('rate_limited', endUs, { 'llm_simulator.rate_limit': limit });
  if (fault !== undefined) happened('fault', faultUs(record), { 'llm_simulator.fault': fault });
  if (cause === 'stalled') happened('client_stalled', endUs, { 'llm_simulator.chunks': chunks });
  else if (outcome === 'aborted') happened('client_gone', endUs, { 'llm_simulator.chunks': chunks });
  else if (outcome === 'failed') happened('cut', endUs, { 'llm_simulator.cause': cause });
  return events.sort((left, right) => left.atUs - right.atUs);
}

/** A fault that spoils the answer shows at its end; one that only changes it has been there since it began. */
function faultUs({ endUs, firstTokenUs, isSpoilt }: RequestRecord): number {
  return isSpoilt || firstTokenUs === 0 ? endUs : firstTokenUs;
}
