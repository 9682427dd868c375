/**
 * Where a plan's requests come from: a pure function from a conversation's number to its turns. Every thread has its own source and all give the
 * same, so that no request is ever handed from one thread to another, and two paths to one upstream are asked the same.
 */
import { type EncodingName, loadTokenizer } from '../../content/tokenizers/load-tokenizer.js';
import type { Conversation, LoadPlan, RequestSource } from '../contract.js';
import { IDENTITIES_MAX } from './bounds.js';
import { PlannedConversation } from './conversation.js';
import { type MixKind, mixKind } from './mix-kind.js';
import { encodingOf, PromptWriter } from './prompt-writer.js';
import { drawsOf, IDENTITY, KIND, POOL_TEXT } from './random-draws.js';
import { rankWeights, WeightedChoice } from './weighted-choice.js';

/**
 * The source of a plan's requests; the plan has passed its checks. What takes time is done before it resolves: the vocabularies of the mix's
 * models are loaded (0.1 s and 20-30 MB each, once per thread) and shared prefixes are written.
 */
export async function requestSource(plan: LoadPlan): Promise<RequestSource> {
  const writers = new Map<EncodingName, PromptWriter>();
  for (const { model } of plan.mix) {
    const encoding = encodingOf(model);
    if (writers.has(encoding)) continue;
    const tokenizer = await loadTokenizer(encoding);
    writers.set(encoding, new PromptWriter(tokenizer, drawsOf(plan.seed, 0, 0, POOL_TEXT)));
  }
  return new PlannedRequests(plan, (model) => writers.get(encodingOf(model))!);
}

class PlannedRequests implements RequestSource {
  readonly #plan: LoadPlan;
  readonly #kinds: readonly MixKind[];
  readonly #kindChoice: WeightedChoice;
  readonly #identityChoice: WeightedChoice | undefined;

  constructor(plan: LoadPlan, writerOf: (model: string) => PromptWriter) {
    const { mix, seed, identities } = plan;
    this.#plan = plan;
    this.#kinds = mix.map((entry, position) => mixKind(position, entry, writerOf(entry.model), seed));
    this.#kindChoice = new WeightedChoice(mix.map(({ weight }) => weight));
    const count = Math.min(identities.count, IDENTITIES_MAX);
    if (count > 0) this.#identityChoice = new WeightedChoice(rankWeights(count, identities.skew));
  }

  conversation(number: number): Conversation {
    const { seed } = this.#plan;
    const kind = this.#kinds[this.#kindChoice.draw(drawsOf(seed, number, 0, KIND))]!;
    const identity = this.#identityChoice?.draw(drawsOf(seed, number, 0, IDENTITY)) ?? -1;
    return new PlannedConversation(this.#plan, number, kind, identity);
  }
}
