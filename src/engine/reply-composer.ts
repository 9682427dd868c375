/**
 * What the model says: for each choice reasoning, then text or a document or tool calls, cut at stop sequences and at the limit. Where
 * text ends depends on the limit, what it says does not.
 *
 * Tools: with `auto` a reply calls one unless the conversation ends with a tool's result; `required` and a named tool always call;
 * several are called only where the client asked for parallel calls.
 */
import { LanguageText } from '../content/language-text.js';
import { cutAtStop } from '../content/stop-sequences.js';
import type { RandomSource } from '../kernel/random-source.js';
import type {
  Finish,
  GeneratedChoice,
  GeneratedPart,
  GenerationRequest,
  ReasoningEffort,
  ToolDefinition,
  ToolOffer,
} from '../providers/generation.js';
import {
  type RandomStreams,
  STREAM_CONTENT,
  STREAM_DOCUMENT,
  STREAM_REASONING,
  STREAM_TOOLS,
} from './random-streams.js';
import type { ServedModel } from './served-models.js';

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

/** A choice that is being written. */
interface Draft {
  readonly parts: GeneratedPart[];
  /** Tokens that it may still have. */
  left: number;
  cut: boolean;
  stopSequence: string | undefined;
}

export class ReplyComposer {
  readonly #text = new LanguageText();

  /** @param lengths the stream of lengths, from which every choice draws in turn */
  compose(
    request: GenerationRequest,
    model: ServedModel,
    streams: RandomStreams,
    lengths: RandomSource,
    index: number,
  ): GeneratedChoice {
    // Drawn in any case and in this order, so that a limit or a tool changes nothing in the choices after this one.
    const natural = Math.max(1, Math.round(model.outputTokens.sampleMs(lengths)));
    const thinking = model.reasoningTokens.sampleMs(lengths);
    const draft: Draft = { parts: [], left: request.maxTokens, cut: false, stopSequence: undefined };
    this.#reason(draft, request, model, streams.open(STREAM_REASONING + index), thinking);
    const calls = callsOf(request, streams.open(STREAM_TOOLS + index));
    if (calls.length > 0) {
      const documents = streams.open(STREAM_DOCUMENT + index);
      for (const tool of calls) this.#call(draft, tool, model, documents);
    } else this.#speak(draft, request, model, streams, index, natural);
    return { parts: draft.parts, finish: finishOf(draft, calls.length > 0), stopSequence: draft.stopSequence };
  }

  #reason(draft: Draft, request: GenerationRequest, model: ServedModel, random: RandomSource, medium: number): void {
    if (!model.reasons) return;
    const { effort = model.defaultEffort, budgetTokens = Number.POSITIVE_INFINITY } = request.reasoning ?? {};
    const wanted = Math.min(Math.round(medium * EFFORT_FACTORS[effort]), budgetTokens);
    // Half of the limit at most, so that a reply with a small one still has something to say.
    const tokens = Math.min(wanted, Math.floor(draft.left / 2));
    if (tokens < 1) return;
    const thoughts = this.#text.generate(random, model.tokenizer, tokens, tokens).tokens;
    draft.parts.push({ kind: 'reasoning', tokens: thoughts });
    draft.left -= thoughts.length;
  }

  #call(draft: Draft, tool: ToolDefinition, model: ServedModel, random: RandomSource): void {
    const input = tool.freeText ? this.#sentence(model, random) : this.#document(tool.schema, random);
    const tokens = limited(draft, model.tokenizer.split(input));
    draft.parts.push({ kind: 'tool_call', name: tool.name, tokens });
  }

  #speak(
    draft: Draft,
    request: GenerationRequest,
    model: ServedModel,
    streams: RandomStreams,
    index: number,
    natural: number,
  ): void {
    const { format = { kind: 'text' }, maxTokensGiven, stops } = request;
    let tokens: readonly string[];
    if (format.kind === 'text') {
      const target = maxTokensGiven ? Number.MAX_SAFE_INTEGER : natural;
      const random = streams.open(STREAM_CONTENT + index);
      const generated = this.#text.generate(random, model.tokenizer, Math.min(target, draft.left), draft.left);
      draft.cut = !generated.complete;
      tokens = generated.tokens;
    } else {
      const schema = format.kind === 'json_schema' ? format.schema : undefined;
      const text = this.#document(schema, streams.open(STREAM_DOCUMENT + index));
      tokens = limited(draft, model.tokenizer.split(text));
    }
    if (stops.length > 0) {
      const { tokens: kept, stopped } = cutAtStop(tokens, stops, model.tokenizer);
      draft.stopSequence = stopped;
      tokens = kept;
    }
    draft.parts.push({ kind: 'text', tokens });
  }

  #sentence(model: ServedModel, random: RandomSource): string {
    return this.#text.generate(random, model.tokenizer, 1, Number.MAX_SAFE_INTEGER).tokens.join('');
  }

  #document(_schema: unknown, _random: RandomSource): string {
    return '{}';
  }
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

function callsOf({ tools, conversation }: GenerationRequest, random: RandomSource): ToolDefinition[] {
  if (tools === undefined || tools.tools.length === 0) return [];
  const { choice } = tools;
  if (typeof choice === 'object') return tools.tools.filter(({ name }) => name === choice.name).slice(0, 1);
  if (choice === 'none' || (choice === 'auto' && conversation.endsWithToolResult)) return [];
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
