/**
 * What the model says: for each choice reasoning, then text or a document or tool calls, cut at stop sequences and at the limit. Where
 * text ends depends on the limit, what it says does not.
 *
 * Tools: with `auto` a reply calls one unless the conversation ends with a tool's result; `required` and a named tool always call;
 * several are called only where the client asked for parallel calls.
 */
import type { ReplyConfiguration } from '../config/reply-texts.js';
import type { GeneratedText, ReplyGenerator, RequestFacts } from '../content/contract.js';
import { givenText } from '../content/given-text.js';
import { JsonDocuments } from '../content/json/json-documents.js';
import { LanguageText } from '../content/language-text.js';
import { createGenerator } from '../content/registry.js';
import { cutAtStop } from '../content/stop-sequences.js';
import type { RandomSource } from '../kernel/random-source.js';
import {
  type Finish,
  type GeneratedChoice,
  type GeneratedPart,
  type GenerationRequest,
  type ReasoningEffort,
  type ToolDefinition,
  type ToolOffer,
  tokensIn,
} from '../providers/generation.js';
import { type Effort, LABORIOUS } from './effort.js';
import {
  type RandomStreams,
  STREAM_CONTENT,
  STREAM_DOCUMENT,
  STREAM_REASONING,
  STREAM_TOOLS,
} from './random-streams.js';
import type { RuleReply } from './reply-rules.js';
import type { ServedModel } from './served-models.js';
import type { TraceRow } from './trace-rows.js';

/** Calls in one reply to a client that asked for parallel calls. */
const PARALLEL_CALLS_MAX = 3;

/** How the length of the reasoning follows from the effort, as a factor on the model's own (assumed; medium is 1 by definition). */
const EFFORT_FACTORS: { readonly [effort in ReasoningEffort]: number } = {
  none: 0,
  minimal: 0.1,
  low: 0.4,
  medium: 1,
  high: 2.5,
  xhigh: 4,
  max: 6,
};

/** What one request's choices have in common. */
export interface ReplyOrder {
  readonly request: GenerationRequest;
  readonly model: ServedModel;
  readonly facts: RequestFacts;
  /** What a rule of the configuration says about the reply. */
  readonly rule: RuleReply | undefined;
  readonly streams: RandomStreams;
  /** The stream of lengths, from which every choice draws in turn. */
  readonly lengths: RandomSource;
  /** What was recorded of such a reply: it then has exactly as many tokens, reasoning and text together. */
  readonly row: TraceRow | undefined;
  /** What the request may still take. */
  readonly effort: Effort;
}

/** A call to make; the input is undefined where it is to be generated. */
interface Call {
  readonly tool: ToolDefinition;
  readonly input: string | undefined;
}

/** A choice that is being written. Its order is not spread into it: the engine gives every spread object with more fields a shape of its own. */
interface Draft {
  readonly order: ReplyOrder;
  readonly index: number;
  readonly parts: GeneratedPart[];
  /** Tokens that it may still have. */
  left: number;
  cut: boolean;
  stopSequence: string | undefined;
}

export class ReplyComposer {
  readonly #language = new LanguageText();
  readonly #documents = new JsonDocuments();
  readonly #generator: ReplyGenerator;
  readonly #toolCallProbability: number;

  constructor(replies: ReplyConfiguration) {
    this.#generator = createGenerator(replies);
    this.#toolCallProbability = replies.tool_call_probability;
  }

  compose(order: ReplyOrder, index: number): GeneratedChoice {
    const { model, request, rule } = order;
    // Drawn in any case and in this order, so that a limit or a tool changes nothing in the choices after this one.
    const natural = Math.max(1, Math.round(model.outputTokens.sampleMs(order.lengths)));
    const thinking = model.reasoningTokens.sampleMs(order.lengths);
    const draft: Draft = { order, index, parts: [], left: request.maxTokens, cut: false, stopSequence: undefined };
    this.#reason(draft, thinking);
    const calls = this.#callsOf(draft);
    if (rule?.text !== undefined || calls.length === 0) this.#speak(draft, natural);
    if (calls.length > 0) {
      const documents = order.streams.open(STREAM_DOCUMENT + index);
      for (const call of calls) this.#call(draft, call, documents);
    }
    const finish = rule?.finish ?? finishOf(draft, calls.length > 0);
    return { parts: draft.parts, finish, stopSequence: draft.stopSequence };
  }

  /** @param medium how many tokens medium effort takes */
  #reason(draft: Draft, medium: number): void {
    const { index } = draft;
    const { model, request, row, streams } = draft.order;
    if (!model.reasons) return;
    const { effort = model.defaultEffort, budgetTokens = Number.POSITIVE_INFINITY } = request.reasoning ?? {};
    const wanted = Math.min(Math.round(medium * EFFORT_FACTORS[effort]), budgetTokens);
    // Half of the limit at most, so that a reply with a small one still has something to say.
    const tokens = Math.min(wanted, Math.floor(Math.min(draft.left, row?.outputTokens ?? draft.left) / 2));
    if (tokens < 1) return;
    draft.order.effort.spend(tokens);
    const random = streams.open(STREAM_REASONING + index);
    const thoughts = this.#language.generate(random, model.tokenizer, tokens, tokens).tokens;
    draft.parts.push({ kind: 'reasoning', tokens: thoughts });
    draft.left -= thoughts.length;
  }

  #callsOf({ index, order: { request, rule, streams } }: Draft): Call[] {
    const offered = request.tools?.tools ?? [];
    if (rule !== undefined && (rule.toolCalls.length > 0 || rule.text !== undefined)) {
      return rule.toolCalls.map(({ name, input }) => ({
        tool: offered.find((tool) => tool.name === name) ?? { name },
        input,
      }));
    }
    if (offered.length === 0) return [];
    const random = streams.open(STREAM_TOOLS + index);
    return callsOf(request, random, this.#toolCallProbability).map((tool) => ({ tool, input: undefined }));
  }

  #call(draft: Draft, { tool, input }: Call, random: RandomSource): void {
    const { effort, model } = draft.order;
    effort.spend(LABORIOUS);
    const text = input ?? (tool.freeText ? this.#sentence(model, random) : this.#documents.write(tool.schema, random));
    draft.parts.push({ kind: 'tool_call', name: tool.name, tokens: limited(draft, model.tokenizer.split(text)) });
  }

  #speak(draft: Draft, natural: number): void {
    const { model, request } = draft.order;
    let tokens = this.#textOf(draft, natural);
    if (request.stops.length > 0) {
      const { tokens: kept, stopped } = cutAtStop(tokens, request.stops, model.tokenizer);
      draft.stopSequence = stopped;
      tokens = kept;
    }
    draft.left -= tokens.length;
    draft.parts.push({ kind: 'text', tokens });
  }

  #textOf(draft: Draft, natural: number): readonly string[] {
    const { index } = draft;
    const { effort, facts, model, request, rule, streams } = draft.order;
    const { format = { kind: 'text' }, maxTokensGiven } = request;
    let generated: GeneratedText;
    if (format.kind !== 'text') effort.spend(LABORIOUS);
    if (rule?.text !== undefined) generated = givenText(rule.text, model.tokenizer, draft.left);
    else if (format.kind !== 'text') {
      generated = givenText(
        this.#documents.write(format.schema, streams.open(STREAM_DOCUMENT + index)),
        model.tokenizer,
        draft.left,
      );
    } else {
      const random = streams.open(STREAM_CONTENT + index);
      const { tokenizer } = model;
      const wanted = tokensWanted(draft);
      if (wanted !== undefined) {
        // A recorded reply ends where it ended, in whatever sentence that is.
        const maxTokens = Math.min(wanted, draft.left);
        effort.spend(maxTokens);
        const order = { random, tokenizer, targetTokens: Number.MAX_SAFE_INTEGER, maxTokens, facts };
        generated = this.#generator.generate(order);
        draft.cut = !generated.complete && maxTokens < wanted;
        return generated.tokens;
      }
      const targetTokens = Math.min(maxTokensGiven ? Number.MAX_SAFE_INTEGER : natural, draft.left);
      effort.spend(targetTokens);
      generated = this.#generator.generate({ random, tokenizer, targetTokens, maxTokens: draft.left, facts });
    }
    draft.cut = !generated.complete;
    return generated.tokens;
  }

  #sentence(model: ServedModel, random: RandomSource): string {
    return this.#language.generate(random, model.tokenizer, 1, Number.MAX_SAFE_INTEGER).tokens.join('');
  }
}

/** What is left of the length that a recorded reply prescribes. */
function tokensWanted({ order: { row }, parts }: Draft): number | undefined {
  return row?.outputTokens === undefined ? undefined : row.outputTokens - tokensIn(parts);
}

/** The tokens that the limit leaves. */
function limited(draft: Draft, tokens: readonly string[]): readonly string[] {
  const kept = tokens.length > draft.left ? tokens.slice(0, draft.left) : tokens;
  draft.cut ||= kept !== tokens;
  draft.left -= kept.length;
  return kept;
}

function finishOf(draft: Draft, called: boolean): Finish {
  if (draft.stopSequence !== undefined) return 'stop';
  if (draft.cut) return 'length';
  return called ? 'tool_calls' : 'stop';
}

function callsOf(
  { tools, conversation }: GenerationRequest,
  random: RandomSource,
  probability: number,
): ToolDefinition[] {
  if (tools === undefined) return [];
  const { choice } = tools;
  if (typeof choice === 'object') return tools.tools.filter(({ name }) => name === choice.name).slice(0, 1);
  if (choice === 'none') return [];
  if (choice === 'auto' && (conversation.endsWithToolResult || random.nextUnit() >= probability)) return [];
  return drawCalls(tools, random);
}

/** One tool; where parallel calls were asked for several, each once as far as they go, a single one twice. */
function drawCalls({ tools, parallel }: ToolOffer, random: RandomSource): ToolDefinition[] {
  const rest = [...tools];
  const count = !parallel ? 1 : Math.max(2, Math.min(PARALLEL_CALLS_MAX, rest.length));
  const calls: ToolDefinition[] = [];
  while (calls.length < count) {
    if (rest.length === 0) calls.push(calls[0]);
    else calls.push(...rest.splice(Math.floor(random.nextUnit() * rest.length), 1));
  }
  return calls;
}
