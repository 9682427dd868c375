/**
 * What no schema can say about the `replies` section: regular expressions, templates and their variables, names of models, keys of a
 * reply that exclude each other, and rules that no request can reach.
 */
import { generatorOf } from '../content/registry.js';
import { headerOf, knownVariables } from '../content/reply-variables.js';
import { Template, TemplateError } from '../content/template.js';
import { faultOf } from '../faults/fault.js';
import { groupNames, matchesGlob, regularExpression } from '../kernel/text-pattern.js';
import type { DistributionParameters } from '../latency/registry.js';
import { distributionFindings } from './distribution-checks.js';
import { matchedEndpointFindings } from './fault-checks.js';
import { isPlainObject, valueAt } from './plain-data.js';
import type { Finding, Path } from './problems.js';
import { generatorVariables, type RuleConfiguration, replyHeaderNames, ruleTexts } from './reply-texts.js';
import type { Configuration } from './schema/configuration.js';
import type { Sound } from './soundness.js';
import { suggestChoice } from './suggestions.js';

/** Every request is asked for each of them. */
const headerNamesMax = 64;

const rulesPath: Path = ['replies', 'rules'];

/** As crossFindings: what was found wrong may have any shape. */
export function replyFindings(configuration: Configuration, sound: Sound): Finding[] {
  const { replies } = configuration;
  if (!isPlainObject(replies)) return [];
  const findings = generatorFindings(replies, sound);
  if (!Array.isArray(replies.rules)) return findings;
  replies.rules.forEach((rule, index) => {
    const path = [...rulesPath, String(index)];
    if (isPlainObject(rule)) findings.push(...ruleFindings(path, rule, configuration, sound));
  });
  findings.push(...unreachableFindings(replies.rules, sound));
  if (findings.length === 0 && sound(['replies'])) findings.push(...headerNameFindings(replies));
  return findings;
}

function generatorFindings(replies: Configuration['replies'], sound: Sound): Finding[] {
  const path = ['replies', 'text'];
  if (!sound(path) || !sound(['replies', 'generator'])) return [];
  const { generator, text } = replies;
  const { takesText } = generatorOf(generator);
  const related = ['replies', 'generator'];
  if (takesText && text === '') {
    return [{ path, part: 'value', value: text, message: `must not be empty for the generator ${generator}`, related }];
  }
  if (!takesText && text !== '') {
    return [{ path, part: 'key', message: `has no meaning for the generator ${generator}`, related }];
  }
  return templateFindings(path, text, () => generatorVariables(replies), []);
}

/** Problems of a text whose variables are asked for by the given function, which throws where it is no template. */
function templateFindings(
  path: Path,
  value: string,
  variables: () => readonly string[],
  groups: readonly string[],
): Finding[] {
  try {
    const known = knownVariables(groups);
    const unknown = variables().filter((name) => !known.includes(name) && headerOf(name) === undefined);
    return unknown.map((name) => ({
      path,
      part: 'value',
      message: `names the variable "${name}", which is none of ${known.join(', ')}, header.<name>`,
      suggestion: suggestChoice(name, known),
    }));
  } catch (error) {
    if (error instanceof TemplateError) return [{ path, part: 'value', value, message: error.message }];
    throw error;
  }
}

/** Either half of a rule is looked at where the schema takes it, whatever is wrong with the other. */
function ruleFindings(path: Path, rule: RuleConfiguration, configuration: Configuration, sound: Sound): Finding[] {
  const matchPath = [...path, 'match'];
  const replyPath = [...path, 'reply'];
  const findings = [
    ...(sound(matchPath) ? matchFindings(matchPath, rule.match ?? {}, configuration, sound) : []),
    ...latencyFindings(replyPath, rule.reply, sound),
  ];
  if (!sound(replyPath) || !isPlainObject(rule.reply)) return findings;
  const lastMessage = sound(matchPath) ? patternOf(rule.match?.last_message ?? '') : 'not known';
  // Which groups there are is not known while the expression is wrong.
  if (typeof lastMessage !== 'string') {
    const groups = rule.match?.last_message === undefined ? [] : groupNames(lastMessage);
    for (const { path: below, text } of ruleTexts(rule)) {
      findings.push(...templateFindings([...path, ...below], text, () => new Template(text).variables, groups));
    }
  }
  return [...findings, ...replyKeyFindings(replyPath, rule.reply)];
}

function matchFindings(
  path: Path,
  { model, endpoint, last_message: lastMessage, headers = {} }: NonNullable<RuleConfiguration['match']>,
  configuration: Configuration,
  sound: Sound,
): Finding[] {
  const findings = model === undefined ? [] : modelFindings([...path, 'model'], model, configuration, sound);
  findings.push(...matchedEndpointFindings([...path, 'endpoint'], endpoint));
  const patterns = Object.entries(headers).map(([name, source]): [Path, string] => [['headers', name], source]);
  if (lastMessage !== undefined) patterns.push([['last_message'], lastMessage]);
  for (const [below, source] of patterns) {
    const pattern = patternOf(source);
    if (typeof pattern === 'string') findings.push(patternFinding([...path, ...below], source, pattern));
  }
  return findings;
}

/** The regular expression, or what is wrong with it. */
function patternOf(source: string): RegExp | string {
  try {
    return regularExpression(source, false);
  } catch (error) {
    return (error as Error).message.replace(/^Invalid regular expression: \/.*\/[a-z]*: /s, '');
  }
}

function patternFinding(path: Path, value: unknown, reason: string): Finding {
  return { path, part: 'value', value, message: `must be a regular expression: ${reason}` };
}

/** A name that no model has would never match. */
function modelFindings(path: Path, glob: string, configuration: Configuration, sound: Sound): Finding[] {
  if (!sound(['simulation', 'unknown_models']) || !isPlainObject(configuration.providers)) return [];
  const names = Object.keys(configuration.providers);
  if (configuration.simulation.unknown_models === 'accept' || names.some((name) => matchesGlob(glob, name))) return [];
  const message = 'must match the name of a configured model';
  return [{ path, part: 'value', value: glob, message, suggestion: suggestChoice(glob, names) }];
}

/** Looks at either delay where the schema takes it. */
function latencyFindings(path: Path, reply: unknown, sound: Sound): Finding[] {
  return ['ttft', 'itl'].flatMap((delay) => {
    const parameters = valueAt(reply, ['latency', delay]) as DistributionParameters | undefined;
    return parameters === undefined ? [] : distributionFindings([...path, 'latency', delay], parameters, sound);
  });
}

function replyKeyFindings(path: Path, reply: RuleConfiguration['reply']): Finding[] {
  const findings: Finding[] = [];
  if (reply.fault !== undefined) {
    const { kind, parameters } = faultOf(reply.fault);
    const problems = kind.problems?.(parameters as never) ?? [];
    findings.push(
      ...problems.map(({ path: below, message }): Finding => {
        return { path: [...path, 'fault', ...below], part: 'value', message };
      }),
    );
    if (kind.stage !== 'before') return findings;
    for (const key of ['text', 'tool_calls', 'finish_reason', 'latency'] as const) {
      if (reply[key] !== undefined) {
        const message = `has no meaning beside the fault ${kind.name}`;
        findings.push({ path: [...path, key], part: 'key', message });
      }
    }
  } else if (reply.finish_reason === 'tool_calls' && reply.tool_calls === undefined) {
    const message = 'must not be "tool_calls" without tool_calls';
    findings.push({ path: [...path, 'finish_reason'], part: 'value', message });
  }
  return findings;
}

/** Rules behind one that takes every request. */
function unreachableFindings(rules: readonly RuleConfiguration[], sound: Sound): Finding[] {
  const all = rules.findIndex((rule, index) => sound([...rulesPath, String(index)]) && takesEverything(rule));
  if (all < 0 || all === rules.length - 1) return [];
  const message = `is never reached: replies.rules[${all}] takes every request`;
  return [{ path: [...rulesPath, String(all + 1)], part: 'key', message }];
}

function takesEverything({ match = {}, reply }: RuleConfiguration): boolean {
  const { ignore_case: _, ...conditions } = match;
  return Object.keys(conditions).length === 0 && reply.tool_calls === undefined;
}

function headerNameFindings(replies: Configuration['replies']): Finding[] {
  const count = replyHeaderNames(replies).length;
  if (count <= headerNamesMax) return [];
  const message = `must not depend on more than ${headerNamesMax} different headers (got ${count})`;
  return [{ path: rulesPath, part: 'key', message }];
}
