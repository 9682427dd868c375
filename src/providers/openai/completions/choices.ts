/**
 * The choices of a plain completion: text, why it ended and the probabilities of its tokens. Shape: CreateCompletionResponse of OpenAI's
 * published OpenAPI document.
 */
import type { Tokenizer } from '../../../content/contract.js';
import type { Simulation, TokenProbability } from '../../contract.js';
import { type GeneratedChoice, type Generation, textTokensOf } from '../../generation.js';
import type { TokenUsage } from '../usage.js';
import type { CompletionRequest } from './completion-request.js';

/** Probabilities of a run of tokens, one list per property. */
export interface CompletionLogprobs {
  readonly tokens: readonly string[];
  /** Null for the first token of an echoed prompt, which nothing precedes. */
  readonly token_logprobs: readonly (number | null)[];
  readonly top_logprobs: readonly (Readonly<Record<string, number>> | null)[];
  /** Where each token begins, in characters from the beginning of the prompt. */
  readonly text_offset: readonly number[];
}

export interface CompletionAnswer {
  readonly id: string;
  readonly created: number;
  readonly model: string;
  readonly fingerprint: string;
  readonly generation: Generation;
  /** The prompt of each choice. */
  readonly prompts: readonly string[];
  readonly usage: TokenUsage;
}

/** What a choice says. */
export interface ChoiceText {
  /** The prompt, where it is to be repeated, else nothing. */
  readonly echoed: string;
  readonly echoLogprobs: CompletionLogprobs | undefined;
  readonly tokens: readonly string[];
  readonly logprobs: CompletionLogprobs | undefined;
  readonly finish: string;
}

export function choiceTexts(
  { generation, prompts }: CompletionAnswer,
  { echo, topLogprobs }: CompletionRequest,
  tokenizer: Tokenizer,
  simulation: Simulation,
): ChoiceText[] {
  const probabilities = (tokens: readonly string[], offset: number, isEcho: boolean) =>
    topLogprobs === undefined
      ? undefined
      : logprobsOf(simulation.tokenProbabilities(tokens, topLogprobs), offset, isEcho);
  return generation.choices.map((choice, index) => {
    const prompt = prompts[index];
    const tokens = textTokensOf(choice);
    return {
      echoed: echo ? prompt : '',
      echoLogprobs: echo ? probabilities(tokenizer.split(prompt), 0, true) : undefined,
      tokens,
      logprobs: probabilities(tokens, charactersIn(prompt), false),
      finish: finishReason(choice),
    };
  });
}

/** In the words of this endpoint, which calls no tools. */
function finishReason({ finish }: GeneratedChoice): string {
  return finish === 'tool_calls' ? 'stop' : finish;
}

/**
 * @param offset where the first token begins
 * @param isEcho whether these are a prompt's tokens, of which nothing precedes the first
 */
function logprobsOf(probabilities: readonly TokenProbability[], offset: number, isEcho: boolean): CompletionLogprobs {
  const textOffsets: number[] = [];
  let at = offset;
  for (const { token } of probabilities) {
    textOffsets.push(at);
    at += charactersIn(token);
  }
  const isFirst = (index: number) => isEcho && index === 0;
  return {
    tokens: probabilities.map(({ token }) => token),
    token_logprobs: probabilities.map(({ logprob }, index) => (isFirst(index) ? null : logprob)),
    top_logprobs: probabilities.map((probability, index) => (isFirst(index) ? null : alternatives(probability))),
    text_offset: textOffsets,
  };
}

/** Both, one behind the other. */
export function joined(first: CompletionLogprobs, second: CompletionLogprobs): CompletionLogprobs {
  return {
    tokens: [...first.tokens, ...second.tokens],
    token_logprobs: [...first.token_logprobs, ...second.token_logprobs],
    top_logprobs: [...first.top_logprobs, ...second.top_logprobs],
    text_offset: [...first.text_offset, ...second.text_offset],
  };
}

/** Those of `count` tokens. */
export function logprobsAt(logprobs: CompletionLogprobs, token: number, count: number): CompletionLogprobs {
  const end = token + count;
  return {
    tokens: logprobs.tokens.slice(token, end),
    token_logprobs: logprobs.token_logprobs.slice(token, end),
    top_logprobs: logprobs.top_logprobs.slice(token, end),
    text_offset: logprobs.text_offset.slice(token, end),
  };
}

/** Characters as the API counts them: code points. */
function charactersIn(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** The best tokens with their probabilities, and the one that was taken. */
function alternatives({ token, logprob, top }: TokenProbability): Readonly<Record<string, number>> {
  const entries = top.map((other) => [other.token, other.logprob] as const);
  return Object.fromEntries([...entries, [token, logprob]]);
}
