/**
 * A plain completion as server-sent events. Shape: CreateCompletionResponse of OpenAI's published OpenAPI document.
 *
 *   data: {…"choices":[{"text":"Once upon",…}]…}                 with `echo`: the prompt, with the choice's first token
 *   data: {…"choices":[{"text":" a",…}]…}                        one per chunk and choice
 *   data: {…"choices":[{"text":"",…,"finish_reason":"length"}]…} with the choice's last token
 *   data: {…"choices":[],…"usage":{…}}                           when stream_options.include_usage asked for it
 *   data: [DONE]
 *
 * The constant part around a token is a template for each choice; the rare lines share one.
 */
import type { PlanWriter } from '../../../runtime/response-plan.js';
import type { ApiRequest, Simulation } from '../../contract.js';
import { type Step, textAt, walkSteps } from '../../generation.js';
import { escapeJson } from '../../json-text.js';
import { replyHeaders } from '../identity.js';
import { usageOf } from '../usage.js';
import { type ChoiceText, type CompletionAnswer, type CompletionLogprobs, logprobsAt } from './choices.js';

/** Choices with a template of their own; those of further choices use the shared one. */
const CHOICE_TEMPLATES_MAX = 256;

const TEXT_OPEN = '{"text":"';

/** Writes the plan of the stream. */
export function writeCompletionStream(
  answer: CompletionAnswer,
  texts: readonly ChoiceText[],
  includeUsage: boolean,
  call: ApiRequest,
  simulation: Simulation,
): void {
  const { plan } = simulation;
  plan.stream(replyHeaders('text/event-stream; charset=utf-8', answer.generation.ttftUs, simulation, call));
  const writer = new CompletionStreamWriter(answer, texts, includeUsage, plan);
  walkSteps(
    answer.generation,
    ({ kind }) => kind === 'text',
    (step) => writer.step(step),
  );
  writer.end();
}

class CompletionStreamWriter {
  readonly #plan: PlanWriter;
  readonly #answer: CompletionAnswer;
  readonly #texts: readonly ChoiceText[];
  readonly #includeUsage: boolean;
  /** Around a token of each of the first choices. */
  readonly #templates: readonly number[];
  readonly #rareTemplate: number;
  readonly #usageTemplate: number;
  readonly #doneTemplate: number;
  /** How many tokens of each choice have been written; undefined for one that has not begun. */
  readonly #written: (number | undefined)[] = [];

  constructor(answer: CompletionAnswer, texts: readonly ChoiceText[], includeUsage: boolean, plan: PlanWriter) {
    this.#plan = plan;
    this.#answer = answer;
    this.#texts = texts;
    this.#includeUsage = includeUsage;
    const head = `data: {"id":${JSON.stringify(answer.id)},"object":"text_completion","created":${answer.created},"choices":[`;
    this.#templates = texts.slice(0, CHOICE_TEMPLATES_MAX).map(({ logprobs }, index) => {
      const close = logprobs === undefined ? closeOf(index) : '';
      return plan.template(TEXT_OPEN, close + this.#tail(), head);
    });
    this.#rareTemplate = plan.template('', this.#tail(), head);
    this.#usageTemplate = plan.template('', '\n\n', head);
    this.#doneTemplate = plan.template('data: [DONE]\n\n', '');
  }

  /** One chunk of one choice. */
  step({ choice: index, count, delayUs, last }: Step): void {
    const { echoed, echoLogprobs, finish } = this.#texts[index];
    let waitUs = delayUs;
    if (this.#written[index] === undefined) {
      this.#written[index] = 0;
      if (echoed !== '') {
        this.#rare(waitUs, escapeJson(echoed) + closeOf(index, echoLogprobs));
        waitUs = 0;
      }
    }
    if (count > 0) {
      this.#chunk(index, count, waitUs);
      this.#plan.shows(count);
      waitUs = 0;
    }
    if (last) this.#rare(waitUs, closeOf(index, undefined, finish));
  }

  /** What comes after the last choice's end. */
  end(): void {
    if (this.#includeUsage) this.#plan.frame(this.#usageTemplate, 0, this.#members(usageOf(this.#answer.usage)));
    this.#plan.frame(this.#doneTemplate, 0, '');
  }

  #chunk(index: number, count: number, delayUs: number): void {
    const { tokens, logprobs } = this.#texts[index];
    const at = this.#written[index] ?? 0;
    this.#written[index] = at + count;
    const text = escapeJson(textAt(tokens, at, count));
    const end = logprobs && closeOf(index, logprobsAt(logprobs, at, count));
    if (index < CHOICE_TEMPLATES_MAX) this.#plan.frame(this.#templates[index], delayUs, text + (end ?? ''));
    else this.#rare(delayUs, text + (end ?? closeOf(index)));
  }

  /** @param rest a choice behind the opening of its text */
  #rare(delayUs: number, rest: string): void {
    this.#plan.frame(this.#rareTemplate, delayUs, TEXT_OPEN + rest);
  }

  /** What stands behind the choices of a chunk. */
  #tail(): string {
    return `${this.#members(this.#includeUsage ? null : undefined)}\n\n`;
  }

  #members(usage: object | null | undefined): string {
    const { model, fingerprint } = this.#answer;
    const members = `],"model":${JSON.stringify(model)},"system_fingerprint":${JSON.stringify(fingerprint)}`;
    return usage === undefined ? `${members}}` : `${members},"usage":${JSON.stringify(usage)}}`;
  }
}

/** What stands behind a text in its choice. */
function closeOf(index: number, logprobs?: CompletionLogprobs, finish?: string): string {
  const probabilities = logprobs === undefined ? 'null' : JSON.stringify(logprobs);
  const reason = finish === undefined ? 'null' : JSON.stringify(finish);
  return `","index":${index},"logprobs":${probabilities},"finish_reason":${reason}}`;
}
