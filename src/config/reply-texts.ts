/** The templates of the `replies` section, wherever they stand, and the request headers that they and the rules ask for. */

import { type GeneratorName, generatorOf } from '../content/registry.js';
import { headerOf } from '../content/reply-variables.js';
import { Template } from '../content/template.js';
import type { ReadonlyDeep } from '../kernel/readonly-deep.js';
import type { Path } from './problems.js';
import type { Configuration } from './schema/configuration.js';

export type ReplyConfiguration = ReadonlyDeep<Configuration>['replies'];
export type RuleConfiguration = ReplyConfiguration['rules'][number];

export interface RuleText {
  /** Below the rule. */
  readonly path: Path;
  readonly text: string;
}

/** Every template of a rule's reply: its text, and each text in the arguments of its tool calls. */
export function ruleTexts({ reply }: RuleConfiguration): RuleText[] {
  const texts = reply.text === undefined ? [] : [{ path: ['reply', 'text'], text: reply.text }];
  const inputs = (reply.tool_calls ?? []).flatMap((call, index) =>
    textsIn(call.arguments, ['reply', 'tool_calls', String(index), 'arguments']),
  );
  return [...texts, ...inputs];
}

/** Configurations are nested depthMax deep at most. */
function textsIn(value: unknown, path: Path): RuleText[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => textsIn(item, [...path, key]));
}

/** The variables of the generator's text. Throws TemplateError. */
export function generatorVariables({ generator, text }: ReplyConfiguration): readonly string[] {
  return generatorOf(generator satisfies GeneratorName).variables?.(text) ?? [];
}

/** The request headers that replies depend on: lower-case names, each once. Expects a valid configuration. */
export function replyHeaderNames(replies: ReplyConfiguration): string[] {
  const variables = [
    ...generatorVariables(replies),
    ...replies.rules.flatMap((rule) => ruleTexts(rule).flatMap(({ text }) => new Template(text).variables)),
  ];
  const matched = replies.rules.flatMap(({ match }) => Object.keys(match?.headers ?? {}));
  const named = variables.map(headerOf).filter((name) => name !== undefined);
  return [...new Set([...matched.map((name) => name.toLowerCase()), ...named])].sort();
}
