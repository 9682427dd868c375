/**
 * The chunks of a streamed reply, each with the usage so far. Candidates that have tokens at the same step share a chunk, and a function call
 * comes whole, with its last token. Every chunk has parts; the last of each candidate has its finishReason.
 *
 * The usual chunks, some text or a thought, are templates; what varies in them goes side by side into the payload, with the constant
 * bytes between.
 */
import type { Simulation } from '../contract.js';
import { type GeneratedPart, type Step, textAt, walkSteps } from '../generation.js';
import { logprobsResult } from './logprobs.js';
import { blockedReply, endOf, isBlocked, type Reply } from './reply.js';
import type { ReplyPart } from './reply-parts.js';
import { ChunkSkeleton, eventLayout, FIRST_MARK, SECOND_MARK, type StreamLayout, TEXT_MARK } from './stream-layout.js';
import { type PromptUsage, usageMetadata } from './usage.js';

/** A candidate of a chunk, before it is put into words. */
interface ChunkCandidate {
  readonly step: Step;
  readonly part: ReplyPart;
}

/** Writes the plan of one reply's stream. */
export class ContentStreamWriter {
  readonly #reply: Reply;
  readonly #layout: StreamLayout;
  readonly #simulation: Simulation;
  readonly #shows: (part: GeneratedPart) => boolean;
  readonly #text: ChunkSkeleton;
  readonly #thought: ChunkSkeleton;
  #textTemplate = 0;
  #thoughtTemplate = 0;
  #freeTemplate = 0;
  /** Tokens of the chunks so far. */
  #candidatesTokens = 0;
  #thoughtsTokens: number;
  /** Of the chunk that is next. */
  #chunkTokens = 0;
  #waitedUs = 0;
  #isFirst = true;
  #openChoices: number;

  constructor(reply: Reply, layout: StreamLayout, simulation: Simulation) {
    const { generation, call } = reply;
    this.#reply = reply;
    this.#layout = layout;
    this.#simulation = simulation;
    this.#shows = (part) => part.kind !== 'reasoning' || call.thinking.isShown;
    this.#openChoices = generation.choices.length;
    // Hidden thoughts are over before anything is shown.
    this.#thoughtsTokens = call.thinking.isShown ? 0 : generation.reasoningTokens;
    const usage = withoutDetails(reply.usage);
    const skeleton = (part: ReplyPart, usageOfChunk: object) =>
      new ChunkSkeleton(layout, {
        candidates: [{ content: { parts: [part], role: 'model' }, index: 0 }],
        usageMetadata: usageOfChunk,
        ...reply.identity,
      });
    this.#text = skeleton(
      { text: TEXT_MARK },
      usageMetadata(usage, FIRST_MARK, SECOND_MARK, generation.reasoningTokens),
    );
    this.#thought = skeleton({ text: TEXT_MARK, thought: true }, usageMetadata(usage, 0, FIRST_MARK, SECOND_MARK));
  }

  write(): void {
    const { plan } = this.#simulation;
    const { generation } = this.#reply;
    plan.stream(this.#layout.headers(generation.ttftUs));
    this.#textTemplate = plan.template(this.#text.before, this.#text.behind);
    this.#thoughtTemplate = plan.template(this.#thought.before, this.#thought.behind);
    this.#freeTemplate = plan.template('', '');
    if (isBlocked(generation)) {
      plan.frame(this.#freeTemplate, generation.ttftUs, this.#layout.chunk(blockedReply(this.#reply), true, true));
      return;
    }
    if (generation.choices.length === 1) this.#writeChoice();
    else this.#writeChoices();
  }

  /** The only choice: a chunk for every step that shows something. */
  #writeChoice(): void {
    walkSteps(this.#reply.generation, this.#shows, (step) => {
      this.#waitedUs += step.delayUs;
      if (this.#fitsTemplate(step)) {
        this.#writePlain(step);
        return;
      }
      const part = this.#take(step);
      if (part !== undefined) this.#writeChunk([{ step, part }]);
    });
  }

  /** Several choices: a chunk for all that show something at the same step. */
  #writeChoices(): void {
    let group: ChunkCandidate[] = [];
    let groupStep = -1;
    walkSteps(this.#reply.generation, this.#shows, (step) => {
      if (step.at !== groupStep) {
        if (group.length > 0) this.#writeChunk(group);
        group = [];
        groupStep = step.at;
      }
      this.#waitedUs += step.delayUs;
      const part = this.#take(step);
      if (part !== undefined) group.push({ step: { ...step }, part });
    });
    if (group.length > 0) this.#writeChunk(group);
  }

  /** Counts the tokens and gives what they show. */
  #take(step: Step): ReplyPart | undefined {
    const { choice, part, token, count, last } = step;
    this.#chunkTokens += count;
    if (count > 0) {
      if (this.#reply.generation.choices[choice].parts[part].kind === 'reasoning') this.#thoughtsTokens += count;
      else this.#candidatesTokens += count;
    }
    const shown = count === 0 ? undefined : this.#reply.parts[choice].ofTokens(part, token, count);
    return shown ?? (last ? { text: '' } : undefined);
  }

  /** Whether a step of the only choice is a plain chunk in the middle of the stream. */
  #fitsTemplate({ part, token, count, last }: Step): boolean {
    if (last || count === 0 || this.#reply.probabilities !== undefined) return false;
    if (this.#isFirst && this.#layout !== eventLayout) return false;
    return this.#reply.parts[0].isPlain(part, token + count - 1);
  }

  #writePlain(step: Step): void {
    const { kind, tokens } = this.#reply.generation.choices[0].parts[step.part];
    const text = textAt(tokens, step.token, step.count);
    this.#chunkTokens += step.count;
    if (kind === 'reasoning') {
      this.#thoughtsTokens += step.count;
      this.#frame(this.#thoughtTemplate, this.#thought.fill(text, this.#totalTokens(), this.#thoughtsTokens));
    } else {
      this.#candidatesTokens += step.count;
      this.#frame(this.#textTemplate, this.#text.fill(text, this.#candidatesTokens, this.#totalTokens()));
    }
  }

  #writeChunk(group: readonly ChunkCandidate[]): void {
    const { usage, identity } = this.#reply;
    this.#openChoices -= group.filter(({ step }) => step.last).length;
    const isLast = this.#openChoices === 0;
    const shown = isLast ? usage : withoutDetails(usage);
    const document = {
      candidates: group.map((candidate) => this.#candidate(candidate)),
      usageMetadata: usageMetadata(shown, this.#candidatesTokens, this.#totalTokens(), this.#thoughtsTokens),
      ...identity,
    };
    this.#frame(this.#freeTemplate, this.#layout.chunk(document, this.#isFirst, isLast));
  }

  #frame(template: number, payload: string): void {
    const { plan } = this.#simulation;
    plan.frame(template, this.#waitedUs, payload);
    plan.shows(this.#chunkTokens);
    this.#chunkTokens = 0;
    this.#waitedUs = 0;
    this.#isFirst = false;
  }

  #candidate({ step, part }: ChunkCandidate): object {
    const content = { parts: [part], role: 'model' };
    const logprobs = this.#logprobs(step);
    if (!step.last) return { content, index: step.choice, ...logprobs };
    const { finishReason, rest } = endOf(this.#reply, step.choice);
    const isEmpty = part.text === '' && finishReason === 'SAFETY';
    return { content: isEmpty ? {} : content, finishReason, index: step.choice, ...rest, ...logprobs };
  }

  #logprobs({ choice, part, token, count }: Step): object {
    const { topLogprobs, probabilities, generation } = this.#reply;
    if (probabilities === undefined || count === 0) return {};
    const { parts } = generation.choices[choice];
    if (parts[part].kind !== 'text') return {};
    const place = parts
      .slice(0, part)
      .reduce((sum, { kind, tokens }) => sum + (kind === 'text' ? tokens.length : 0), token);
    return { logprobsResult: logprobsResult(probabilities[choice].slice(place, place + count), topLogprobs) };
  }

  #totalTokens(): number {
    return this.#reply.usage.promptTokens + this.#candidatesTokens + this.#thoughtsTokens;
  }
}

/** The candidates' tokens are listed by modality when all are there. */
function withoutDetails(usage: PromptUsage): PromptUsage {
  return { ...usage, detailsCandidates: false };
}
