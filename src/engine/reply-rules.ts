/**
 * The rules of `replies.rules`, compiled: which reply a request gets by configuration. The first rule that fits decides. Everything is
 * parsed once, and a match is a pure function of the rules, the request and the random source, which gives one number to each rule
 * that fits and has a probability.
 */
import type { ReplyConfiguration, RuleConfiguration } from '../config/reply-texts.js';
import type { RequestFacts } from '../content/contract.js';
import { ReplyVariables } from '../content/reply-variables.js';
import { Template } from '../content/template.js';
import { faultOf, type InjectedFault } from '../faults/fault.js';
import type { RandomSource } from '../kernel/random-source.js';
import { matchesGlob, matchGroups, regularExpression } from '../kernel/text-pattern.js';
import type { Sampler } from '../latency/contract.js';
import { createSampler, type DistributionParameters } from '../latency/registry.js';

/** What rules look at. */
export interface RuleSubject extends RequestFacts {
  readonly endsWithToolResult: boolean;
}

/** What a rule says about the reply; where it says nothing, the reply is what it would be without rules. */
export interface RuleReply {
  readonly text: string | undefined;
  /** The input is undefined where it is to be generated from the tool's schema. */
  readonly toolCalls: readonly { readonly name: string; readonly input: string | undefined }[];
  readonly finish: RuleConfiguration['reply']['finish_reason'];
  readonly ttft: Sampler | undefined;
  readonly itl: Sampler | undefined;
  readonly fault: InjectedFault | undefined;
}

/** Values of the request in the place of variables. */
type Fill = (variables: ReplyVariables) => string;

interface Rule {
  readonly endpoint: string;
  readonly model: string;
  readonly lastMessage: RegExp | undefined;
  readonly headers: readonly (readonly [name: string, pattern: RegExp])[];
  /** Undefined takes either. */
  readonly afterToolResult: boolean | undefined;
  readonly probability: number;
  readonly text: Fill | undefined;
  readonly toolCalls: readonly { readonly name: string; readonly input: Fill | undefined }[];
  readonly rest: Pick<RuleReply, 'finish' | 'ttft' | 'itl' | 'fault'>;
}

const noGroups: ReadonlyMap<string, string> = new Map();

export class ReplyRules {
  readonly #rules: readonly Rule[];

  /** Expects a valid configuration. */
  constructor(rules: ReplyConfiguration['rules']) {
    this.#rules = rules.map(compileRule);
  }

  /** The reply of the first rule that fits, or undefined. @param open the random source, opened where a rule draws from it */
  match(subject: RuleSubject, open: () => RandomSource): RuleReply | undefined {
    let random: RandomSource | undefined;
    for (const rule of this.#rules) {
      const groups = fit(rule, subject);
      if (groups === undefined) continue;
      if (rule.probability < 1) {
        random ??= open();
        if (random.nextUnit() >= rule.probability) continue;
      }
      const variables = new ReplyVariables(subject, groups);
      return {
        ...rule.rest,
        text: rule.text?.(variables),
        toolCalls: rule.toolCalls.map(({ name, input }) => ({ name, input: input?.(variables) })),
      };
    }
    return undefined;
  }
}

/** The groups of the regular expression where the request fits the rule, else undefined. */
function fit(rule: Rule, subject: RuleSubject): ReadonlyMap<string, string> | undefined {
  if (rule.afterToolResult !== undefined && rule.afterToolResult !== subject.endsWithToolResult) return undefined;
  if (!matchesGlob(rule.model, subject.model) || !matchesGlob(rule.endpoint, subject.endpoint)) return undefined;
  for (const [name, pattern] of rule.headers) {
    const value = subject.header(name);
    if (value === undefined || matchGroups(pattern, value) === undefined) return undefined;
  }
  return rule.lastMessage === undefined ? noGroups : matchGroups(rule.lastMessage, subject.lastMessage);
}

function compileRule({ name, match = {}, reply }: RuleConfiguration, index: number): Rule {
  const ignoreCase = match.ignore_case ?? false;
  const toolCalls = (reply.tool_calls ?? []).map(({ name, arguments: input }) => ({
    name,
    input: input === undefined ? undefined : fillerOf(input),
  }));
  return {
    endpoint: match.endpoint ?? '*',
    model: match.model ?? '*',
    lastMessage: match.last_message === undefined ? undefined : regularExpression(match.last_message, ignoreCase),
    headers: Object.entries(match.headers ?? {}).map(([name, source]) => [
      name.toLowerCase(),
      regularExpression(source, ignoreCase),
    ]),
    afterToolResult: match.after_tool_result ?? (toolCalls.length > 0 ? false : undefined),
    probability: match.probability ?? 1,
    text: reply.text === undefined ? undefined : fillerOf(reply.text),
    toolCalls,
    rest: {
      finish: reply.finish_reason,
      ...compileLatency(reply.latency),
      fault: compileFault(reply.fault, name ?? `replies.rules[${index}]`),
    },
  };
}

function compileLatency(latency: RuleConfiguration['reply']['latency']): Pick<RuleReply, 'ttft' | 'itl'> {
  const samplerOf = (parameters: DistributionParameters | undefined) =>
    parameters === undefined ? undefined : createSampler(parameters);
  return { ttft: samplerOf(latency?.ttft), itl: samplerOf(latency?.itl) };
}

function compileFault(setting: RuleConfiguration['reply']['fault'], rule: string): InjectedFault | undefined {
  if (setting === undefined) return undefined;
  const { kind, ...given } = typeof setting === 'string' ? { kind: setting } : setting;
  if (kind !== 'timeout') return { ...faultOf(setting), rule };
  // A rule's reply comes at once unless it says otherwise.
  const { after_ms: waitMs = 0, ...rest } = given as { readonly after_ms?: number };
  return { ...faultOf({ kind, hold_ms: waitMs, ...rest }), rule };
}

/** A text is a template; any other value is a document whose texts are templates, and becomes JSON. */
function fillerOf(value: unknown): Fill {
  if (typeof value === 'string') {
    const template = new Template(value);
    return (variables) => template.fill((variable) => variables.read(variable));
  }
  const document = documentFiller(value);
  return (variables) => JSON.stringify(document(variables));
}

/** Configurations are nested depthMax deep at most. */
function documentFiller(value: unknown): (variables: ReplyVariables) => unknown {
  if (typeof value === 'string') return fillerOf(value);
  if (typeof value !== 'object' || value === null) return () => value;
  if (Array.isArray(value)) {
    const items = value.map(documentFiller);
    return (variables) => items.map((fill) => fill(variables));
  }
  const entries = Object.entries(value).map(([key, item]) => [key, documentFiller(item)] as const);
  return (variables) => Object.fromEntries(entries.map(([key, fill]) => [key, fill(variables)]));
}
