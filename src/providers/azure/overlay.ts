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
import { annotatedReply, FILTERED_RESULTS, NO_RESULTS, PIECE_RESULTS, promptFilterResults } from './content-filter.js';

/** How the document of a choice begins in a streamed chunk, of a chat as of a plain completion. */
const CHOICE_START = /^\{(?="(?:index|text)":)/;
/** It is a piece of text, the last and the first of which may be empty. */
const TEXT_PIECE = /^\{(?:"index":\d+,"delta":\{"content":"|"text":")(?!")/;
/** It ends the choice because of the filter. No text of a model's can hold this: its quotes are escaped. */
const FILTERED_END = '"finish_reason":"content_filter"';

export class OverlaidPlan implements PlanWriter {
  readonly #plan: PlanWriter;
  readonly #headersFor: (contentType: string) => readonly string[];
  readonly #prompts: number;
  /** The first event's, until it is sent; undefined where replies are not annotated. */
  #promptTemplate: number | undefined;
  /** By template: whether its payloads hold the beginning of a choice. */
  readonly #isOpen: boolean[] = [];

  /**
   * @param headersFor the service's headers for a content type
   * @param prompts how many prompts the reply reports on; with 0 it says nothing about what the content filter found
   */
  constructor(plan: PlanWriter, headersFor: (contentType: string) => readonly string[], prompts: number) {
    this.#plan = plan;
    this.#headersFor = headersFor;
    this.#prompts = prompts;
  }

  whole(status: number, headers: readonly string[], body: string, delayUs: number): void {
    const annotated = this.#prompts > 0 ? annotatedReply(body, this.#prompts) : body;
    this.#plan.whole(status, this.#headersFor(contentTypeOf(headers)), annotated, delayUs);
  }

  stream(headers: readonly string[], overtureFrames?: number): void {
    this.#plan.stream(this.#headersFor(contentTypeOf(headers)), overtureFrames);
  }

  template(prefix: string, suffix: string, head = ''): number {
    if (this.#prompts === 0) return this.#plan.template(prefix, suffix, head);
    const template = this.#plan.template(annotatedChoice(prefix), suffix, head);
    this.#isOpen[template] = prefix === '';
    // Behind the first, which is the one that is used most.
    this.#promptTemplate ??= this.#plan.template(promptEvent(this.#prompts), '');
    return template;
  }

  frame(template: number, delayUs: number, payload: string): void {
    let waitUs = delayUs;
    if (this.#promptTemplate !== undefined) {
      this.#plan.frame(this.#promptTemplate, delayUs, '');
      this.#promptTemplate = undefined;
      waitUs = 0;
    }
    this.#plan.frame(template, waitUs, this.#isOpen[template] ? annotatedChoice(payload) : payload);
  }

  shows(tokens: number): void {
    this.#plan.shows(tokens);
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
  if (choice.includes(FILTERED_END)) return FILTERED_RESULTS;
  return TEXT_PIECE.test(choice) ? PIECE_RESULTS : NO_RESULTS;
}

function promptEvent(prompts: number): string {
  const chunk = {
    choices: [],
    created: 0,
    id: '',
    model: '',
    object: '',
    prompt_filter_results: promptFilterResults(prompts),
  };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}
