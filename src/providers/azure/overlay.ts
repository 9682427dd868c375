/**
 * OpenAI's endpoints answer for Azure as well; what the service around them adds is laid over the plan while they write it: headers of
 * its own, and in a reply that its content filter has looked at, what the filter found.
 *
 *   whole reply   {…}                          ─▶ {…, choices: [{…, content_filter_results}], prompt_filter_results}
 *   stream        data: {…"choices":[{…}]}     ─▶ data: {"choices":[],…"prompt_filter_results":[…]}        before the first chunk
 *                                                 data: {…"choices":[{"content_filter_results":{…},…}]}    in every other
 *
 * Invariant: frames, their order and their times are the endpoint's; the one event more stands right before the first.
 */
import type { PlanWriter } from '../../runtime/response-plan.js';
import {
  annotatedReply,
  FILTERED_RESULTS,
  NO_RESULTS,
  PIECE_RESULTS,
  PROMPT_FILTER_RESULTS,
} from './content-filter.js';

const PROMPT_EVENT = `data: ${JSON.stringify({
  choices: [],
  created: 0,
  id: '',
  model: '',
  object: '',
  prompt_filter_results: PROMPT_FILTER_RESULTS,
})}\n\n`;

/** How the document of a choice begins in a streamed chunk, of a chat as of a plain completion. */
const CHOICE_START = /^\{(?="(?:index|text)":)/;
/** It is a piece of text, or ends the choice because of the filter. No text of a model's can hold this: its quotes are escaped. */
const TEXT_PIECE = /^\{(?:"index":\d+,"delta":\{"content":"|"text":")/;
const FILTERED_END = '"finish_reason":"content_filter"';

export class OverlaidPlan implements PlanWriter {
  readonly #plan: PlanWriter;
  readonly #headersFor: (contentType: string) => readonly string[];
  readonly #annotates: boolean;
  /** The first event's; undefined where replies are not annotated. */
  #promptTemplate: number | undefined;
  /** Those whose payloads hold the beginning of a choice. */
  readonly #openTemplates = new Set<number>();
  #begun = false;

  /**
   * @param headersFor the service's headers for a content type
   * @param annotates whether replies say what the content filter found
   */
  constructor(plan: PlanWriter, headersFor: (contentType: string) => readonly string[], annotates: boolean) {
    this.#plan = plan;
    this.#headersFor = headersFor;
    this.#annotates = annotates;
  }

  whole(status: number, headers: readonly string[], body: string, delayUs: number): void {
    const annotated = this.#annotates ? annotatedReply(body) : body;
    this.#plan.whole(status, this.#headersFor(contentTypeOf(headers)), annotated, delayUs);
  }

  stream(headers: readonly string[]): void {
    this.#plan.stream(this.#headersFor(contentTypeOf(headers)));
  }

  template(prefix: string, suffix: string, head = ''): number {
    if (!this.#annotates) return this.#plan.template(prefix, suffix, head);
    const template = this.#plan.template(annotatedChoice(prefix), suffix, head);
    if (prefix === '') this.#openTemplates.add(template);
    // Behind the first, which is the one that is used most.
    this.#promptTemplate ??= this.#plan.template(PROMPT_EVENT, '');
    return template;
  }

  frame(template: number, delayUs: number, payload: string): void {
    let waitUs = delayUs;
    if (this.#promptTemplate !== undefined && !this.#begun) {
      this.#plan.frame(this.#promptTemplate, delayUs, '');
      waitUs = 0;
    }
    this.#begun = true;
    this.#plan.frame(template, waitUs, this.#openTemplates.has(template) ? annotatedChoice(payload) : payload);
  }

  get modelIndex(): number {
    return this.#plan.modelIndex;
  }

  set modelIndex(index: number) {
    this.#plan.modelIndex = index;
  }

  get promptTokens(): number {
    return this.#plan.promptTokens;
  }

  set promptTokens(tokens: number) {
    this.#plan.promptTokens = tokens;
  }

  get completionTokens(): number {
    return this.#plan.completionTokens;
  }

  set completionTokens(tokens: number) {
    this.#plan.completionTokens = tokens;
  }
}

/** Headers are flat and lower-case. */
function contentTypeOf(headers: readonly string[]): string {
  return headers[headers.indexOf('content-type') + 1] ?? 'application/json';
}

/** The beginning of a choice's document with what the filter found in it; any other text as it is. */
function annotatedChoice(text: string): string {
  return text.replace(CHOICE_START, () => `{"content_filter_results":${resultsOn(text)},`);
}

function resultsOn(choice: string): string {
  if (TEXT_PIECE.test(choice)) return PIECE_RESULTS;
  return choice.includes(FILTERED_END) ? FILTERED_RESULTS : NO_RESULTS;
}
