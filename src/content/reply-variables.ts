/**
 * What a configured text may say about the request that it answers: the variables of templates, and where their values come from.
 *
 *   last_message   model   endpoint   prompt_tokens   header.<name>   match.<group>
 */
import type { RequestFacts } from './contract.js';

/** All variables of one reply together hold no more characters: several times the longest reply of today's models. */
export const variableCharsMax = 2_097_152;

const headerPrefix = 'header.';
const groupPrefix = 'match.';
const headerNamePattern = /^[!#$%&'*+.^_`|~0-9a-z-]{1,128}$/;

const requestVariables: { readonly [variable: string]: (facts: RequestFacts) => string } = {
  last_message: ({ lastMessage }) => lastMessage,
  model: ({ model }) => model,
  endpoint: ({ endpoint }) => endpoint,
  prompt_tokens: ({ promptTokens }) => String(promptTokens),
};

/** The lower-case name of the header that a variable stands for; undefined for any other variable. */
export function headerOf(variable: string): string | undefined {
  const name = variable.startsWith(headerPrefix) ? variable.slice(headerPrefix.length).toLowerCase() : '';
  return headerNamePattern.test(name) ? name : undefined;
}

/** Every variable but the headers'. @param groups the groups of the rule's regular expression: "0", "1", names */
export function knownVariables(groups: readonly string[]): string[] {
  return [...Object.keys(requestVariables), ...groups.map((group) => groupPrefix + group)];
}

/** The values of the variables while one reply is written. Bounded: once they have given variableCharsMax, they are empty. */
export class ReplyVariables {
  readonly #facts: RequestFacts;
  readonly #groups: ReadonlyMap<string, string>;
  #charsLeft = variableCharsMax;

  /** @param groups what the groups of the rule's regular expression matched */
  constructor(facts: RequestFacts, groups: ReadonlyMap<string, string> = new Map()) {
    this.#facts = facts;
    this.#groups = groups;
  }

  /** The value of a known variable; a header or group that the request lacks is empty. */
  read(variable: string): string {
    const value = this.#valueFrom(variable).slice(0, this.#charsLeft);
    this.#charsLeft -= value.length;
    return value;
  }

  #valueFrom(variable: string): string {
    const fromRequest = Object.hasOwn(requestVariables, variable) ? requestVariables[variable] : undefined;
    if (fromRequest !== undefined) return fromRequest(this.#facts);
    const header = headerOf(variable);
    if (header !== undefined) return this.#facts.header(header) ?? '';
    return this.#groups.get(variable.slice(groupPrefix.length)) ?? '';
  }
}
