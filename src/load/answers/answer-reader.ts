/**
 * Reads one answer, whatever comes: tells a stream from a whole answer by what was asked and by its content type, has the dialect read
 * each event once, and judges in the end. Memory is bounded by ANSWER_BYTES_MAX and EVENTS_MAX, whatever the server sends; what goes beyond
 * is a malformed answer, and the rest of it is counted but not looked at.
 */
import { isUtf8 } from 'node:buffer';
import { isObject } from '../../kernel/json-object.js';
import type { NumberedRequest, Outcome } from '../contract.js';
import { ArrayStreamParser } from './array-stream-parser.js';
import { CaptureRecorder } from './capture-recorder.js';
import type { Answer, AnswerHeaders, AnswerReader, AnswerReaderOptions, EndReason } from './contract.js';
import type { DialectReader } from './dialects/contract.js';
import { dialectReader } from './dialects/registry.js';
import { errorWord, retryAfterOfError, retryAfterOfHeaders } from './error-words.js';
import { EventStreamParser } from './event-stream-parser.js';
import { Findings } from './findings.js';
import { GrowingBytes } from './growing-bytes.js';
import type { EventSink, StreamParser } from './stream-parser.js';

/** Of a body that is looked at. A batch of 2,048 embeddings is about as long; no stream of text comes near. */
export const ANSWER_BYTES_MAX = 96 * 1024 * 1024;
/** Of a stream: some times what the largest models can say, a token an event. */
export const EVENTS_MAX = 1_000_000;
/** What a record holds: 71 minutes. */
const TIME_US_MAX = 2 ** 32 - 1;

/** A reader for the answer to one request. */
export function answerReader(request: NumberedRequest, options: AnswerReaderOptions = {}): AnswerReader {
  return new BoundedAnswerReader(request, options);
}

class BoundedAnswerReader implements AnswerReader, EventSink {
  readonly #request: NumberedRequest;
  readonly #dialect: DialectReader;
  readonly #capture: CaptureRecorder | undefined;
  readonly #found = new Findings();
  /** Where the answer is a stream; else the body is kept until it is whole. */
  #parser: StreamParser | undefined;
  #body: GrowingBytes | undefined;
  #status: number | undefined;
  #retryAfterMs: number | undefined;
  readonly #chunkTimesUs: number[] = [];
  #events = 0;
  #bytes = 0;
  /** When the bytes came that are being read, or came last. */
  #atUs = 0;
  #bodyIsOver = false;
  #isTooLong = false;

  constructor(request: NumberedRequest, { capture = false }: AnswerReaderOptions) {
    this.#request = request;
    this.#dialect = dialectReader(request.dialect);
    if (capture) this.#capture = new CaptureRecorder();
  }

  get contentChunks(): number {
    return this.#chunkTimesUs.length;
  }

  head(status: number, headers: AnswerHeaders): void {
    this.#status = status;
    this.#retryAfterMs = retryAfterOfHeaders(headers);
    this.#capture?.head(headers);
    if (this.#request.stream && this.#isSuccess) this.#parser = this.#parserFor(headers['content-type']);
    if (this.#parser === undefined) this.#body = new GrowingBytes();
  }

  bytes(chunk: Uint8Array, atUs: number): void {
    this.#bytes += chunk.length;
    this.#atUs = Math.min(atUs, TIME_US_MAX);
    if (this.#isTooLong) return;
    if (this.#bytes > ANSWER_BYTES_MAX) {
      this.#giveUp();
      return;
    }
    const buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    if (this.#parser === undefined) this.#body?.append(buffer, 0, buffer.length);
    else this.#parser.bytes(buffer);
  }

  event(data: string, name: string): void {
    if (this.#isTooLong) return;
    if (this.#events++ === EVENTS_MAX) {
      this.#giveUp();
      return;
    }
    const text = this.#read(data);
    if (text !== '') this.#chunkTimesUs.push(this.#atUs);
    this.#capture?.event(data, name, text, this.#atUs);
  }

  invalidUtf8(): void {
    this.#found.malformed('invalid_utf8');
  }

  eventTooLong(): void {
    this.#found.malformed('event_too_long');
  }

  end(reason: EndReason, atUs: number, word?: string): Answer {
    if (this.#bytes === 0) this.#atUs = Math.min(atUs, TIME_US_MAX);
    if (this.#status !== undefined) {
      if (reason === 'end') this.#judge();
      else this.#keepPartOfBody();
    }
    return this.#answer(reason, word);
  }

  get #isSuccess(): boolean {
    return this.#status !== undefined && this.#status >= 200 && this.#status < 300;
  }

  /** Undefined for what is no stream in any dialect's sense. */
  #parserFor(contentType: string | readonly string[] | undefined): StreamParser | undefined {
    const type = String(contentType ?? '').toLowerCase();
    if (type === '' || type.startsWith('text/event-stream')) return new EventStreamParser(this);
    const isArray = this.#request.dialect === 'gemini.generate' && type.startsWith('application/json');
    return isArray ? new ArrayStreamParser(this) : undefined;
  }

  #read(data: string): string {
    const { endMark, mayGoOn = false } = this.#dialect;
    const found = this.#found;
    if (data === endMark) {
      if (found.isOver) found.malformed('event_after_end');
      found.isOver = true;
      return '';
    }
    if (found.isOver && !mayGoOn) {
      // Some servers end every stream with OpenAI's mark; behind the dialect's own end it does no harm.
      if (data !== FOREIGN_END_MARK) found.malformed('event_after_end');
      return '';
    }
    const document = parse(data);
    if (isObject(document)) return this.#dialect.event(document, found);
    if (document !== undefined) found.malformed('unexpected_shape');
    else if (!found.isOver || data !== FOREIGN_END_MARK) {
      found.malformed(this.#bodyIsOver ? 'truncated_event' : 'invalid_json');
    }
    return '';
  }

  #giveUp(): void {
    this.#isTooLong = true;
    this.#body?.clear();
    this.#found.malformed('answer_too_long');
  }

  /** The transport ended as it promised: was it the whole answer? */
  #judge(): void {
    if (this.#parser !== undefined) this.#judgeStream(this.#parser);
    else if (!this.#isTooLong) this.#judgeBody();
  }

  #judgeStream(parser: StreamParser): void {
    this.#bodyIsOver = true;
    parser.end();
    const found = this.#found;
    if (!found.isOver) found.blame('no_terminal_event');
    else if (!parser.isWhole) found.malformed('truncated_event');
    this.#judgeUsage();
  }

  #judgeBody(): void {
    const bytes = this.#body!.view;
    const text = bytes.toString('utf8');
    const document = parse(text);
    const found = this.#found;
    if (!this.#isSuccess) {
      found.blame('http_error', errorWord(document));
      this.#retryAfterMs ??= retryAfterOfError(document);
      this.#capture?.event(text, '', '', this.#atUs);
      return;
    }
    if (!isUtf8(bytes)) found.malformed('invalid_utf8');
    const said = this.#readWhole(document);
    this.#capture?.event(text, '', said, this.#atUs);
    this.#judgeUsage();
    const { flaw } = found;
    if (flaw === undefined || flaw.outcome === 'wrong_usage') this.#chunkTimesUs.push(this.#atUs);
  }

  #readWhole(document: unknown): string {
    const found = this.#found;
    if (isObject(document)) {
      if (!this.#request.stream) return this.#dialect.whole(document, found);
      if (isObject(document.error)) found.providerError(errorWord(document));
      else found.malformed('not_a_stream');
      return '';
    }
    if (document !== undefined) found.malformed('unexpected_shape');
    else found.malformed(this.#request.stream ? 'not_a_stream' : 'invalid_json');
    return '';
  }

  #judgeUsage(): void {
    const { usage } = this.#found;
    if (usage === null) this.#found.blame('wrong_usage', 'usage_inconsistent');
    if (usage === undefined && this.#found.flaw === undefined && this.#dialect.owesUsage(this.#request)) {
      this.#found.blame('wrong_usage', 'usage_missing');
    }
  }

  /** Of a whole answer that broke off, for those who want to see it. */
  #keepPartOfBody(): void {
    if (this.#capture === undefined || this.#body === undefined || this.#body.length === 0) return;
    this.#capture.event(this.#body.view.toString('utf8'), '', '', this.#atUs);
  }

  #answer(reason: EndReason, word: string | undefined): Answer {
    const { flaw, finishReason, usage } = this.#found;
    const error = flaw === undefined ? word : (flaw.word ?? word);
    return {
      chunkTimesUs: new Uint32Array(this.#chunkTimesUs),
      outcome: flaw?.outcome ?? outcomeOf(reason, this.#status !== undefined),
      bytes: this.#bytes,
      ...(this.#status !== undefined && { status: this.#status }),
      ...(error !== undefined && { error }),
      ...(finishReason !== undefined && { finishReason }),
      ...(usage !== undefined && usage !== null && { usage }),
      ...(this.#retryAfterMs !== undefined && { retryAfterMs: this.#retryAfterMs }),
      ...(this.#capture !== undefined && { capture: this.#capture.capture() }),
    };
  }
}

const FOREIGN_END_MARK = '[DONE]';

/** What a transport's end makes of an answer in which nothing is wrong so far. */
function outcomeOf(reason: EndReason, hasHead: boolean): Outcome {
  switch (reason) {
    case 'end':
      return hasHead ? 'complete' : 'no_answer';
    case 'lost':
      return hasHead ? 'broken_off' : 'no_answer';
    case 'connect_failed':
    case 'timeout':
    case 'cancelled':
      return reason;
  }
}

/** Undefined for what is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
