/**
 * What no schema can say about the `faults` section and models' errors: names that occur twice, regular expressions, names of models,
 * parameters that exclude each other.
 */
import { faultOf } from '../faults/fault.js';
import { patternProblems } from '../faults/patterns/registry.js';
import { faultHeaderNames } from '../faults/rules.js';
import { matchesGlob, regularExpression } from '../kernel/text-pattern.js';
import { endpoints } from '../providers/registry.js';
import { isPlainObject } from './plain-data.js';
import type { Finding, Path } from './problems.js';
import type { Configuration, FaultRuleConfiguration, ModelConfiguration } from './schema/configuration.js';
import type { Sound } from './soundness.js';
import { suggestChoice } from './suggestions.js';

/** Every request is asked for each of them. */
const headerNamesMax = 64;
const rulesPath: Path = ['faults', 'rules'];

/** As crossFindings: what was found wrong may have any shape. */
export function faultFindings(configuration: Configuration, sound: Sound): Finding[] {
  const { faults } = configuration;
  if (!isPlainObject(faults) || !Array.isArray(faults.rules)) return [];
  const { rules } = faults;
  const findings = rules.flatMap((rule, index) => {
    const path = [...rulesPath, String(index)];
    return isPlainObject(rule) ? [...nameFindings(path, rules, index, sound), ...ruleFindings(path, rule, sound)] : [];
  });
  rules.forEach((rule, index) => {
    const path = [...rulesPath, String(index), 'match', 'model'];
    if (isPlainObject(rule) && isPlainObject(rule.match) && sound(path)) {
      findings.push(...matchedModelFindings(path, rule.match.model, configuration, sound));
    }
  });
  if (findings.length === 0 && sound(['faults'])) findings.push(...headerNameFindings(rules));
  return findings;
}

/** Of one rule, wherever it stands; its parts are looked at where they are sound. */
export function ruleFindings(path: Path, rule: FaultRuleConfiguration, sound: Sound): Finding[] {
  const { fault, match, pattern } = rule;
  const findings: Finding[] = [];
  if (fault !== undefined && sound([...path, 'fault'])) {
    const { kind, parameters } = faultOf(fault);
    findings.push(...problemsAt([...path, 'fault'], kind.problems?.(parameters as never) ?? []));
  }
  if (pattern !== undefined && sound([...path, 'pattern'])) {
    findings.push(...problemsAt([...path, 'pattern'], patternProblems(pattern)));
  }
  const endpointPath = [...path, 'match', 'endpoint'];
  if (isPlainObject(match) && sound(endpointPath)) {
    findings.push(...matchedEndpointFindings(endpointPath, match.endpoint as string | undefined));
  }
  const headersPath = [...path, 'match', 'headers'];
  if (isPlainObject(match) && isPlainObject(match.headers) && sound(headersPath)) {
    for (const [name, source] of Object.entries(match.headers as { readonly [name: string]: string })) {
      const reason = patternProblem(source);
      if (reason === undefined) continue;
      const message = `must be a regular expression: ${reason}`;
      findings.push({ path: [...headersPath, name], part: 'value', value: source, message });
    }
  }
  return findings;
}

interface Problem {
  readonly path: readonly string[];
  readonly message: string;
  readonly related?: readonly string[];
}

function problemsAt(path: Path, problems: readonly Problem[]): Finding[] {
  return problems.map(({ path: below, message, related }) => ({
    path: [...path, ...below],
    part: 'value',
    message,
    ...(related === undefined ? {} : { related: [...path, ...related] }),
  }));
}

function nameFindings(path: Path, rules: readonly FaultRuleConfiguration[], index: number, sound: Sound): Finding[] {
  const namePath = [...path, 'name'];
  const { name } = rules[index]!;
  if (!sound(namePath) || name === undefined) return [];
  const first = rules.findIndex((rule) => isPlainObject(rule) && rule.name === name);
  if (first === index) return [];
  return [{ path: namePath, part: 'value', value: name, message: `must be unique: faults.rules[${first}] has it` }];
}

/** What is wrong with a regular expression. */
function patternProblem(source: string): string | undefined {
  try {
    regularExpression(source, false);
    return undefined;
  } catch (error) {
    return (error as Error).message.replace(/^Invalid regular expression: \/.*\/[a-z]*: /s, '');
  }
}

/** A name that no model has would never match. */
export function matchedModelFindings(
  path: Path,
  glob: string | undefined,
  configuration: Configuration,
  sound: Sound,
): Finding[] {
  if (glob === undefined || !sound(['simulation', 'unknown_models']) || !isPlainObject(configuration.providers))
    return [];
  const names = Object.keys(configuration.providers);
  if (configuration.simulation.unknown_models === 'accept' || names.some((name) => matchesGlob(glob, name))) return [];
  const message = 'must match the name of a configured model';
  return [{ path, part: 'value', value: glob, message, suggestion: suggestChoice(glob, names) }];
}

/** A name that no endpoint has would never match. */
export function matchedEndpointFindings(path: Path, glob: string | undefined): Finding[] {
  const names = endpoints.map(({ endpoint }) => endpoint.name);
  if (glob === undefined || names.some((name) => matchesGlob(glob, name))) return [];
  const message = 'must match the name of an endpoint, such as "openai.chat.completions"';
  return [{ path, part: 'value', value: glob, message, suggestion: suggestChoice(glob, names) }];
}

function headerNameFindings(rules: readonly FaultRuleConfiguration[]): Finding[] {
  const count = faultHeaderNames(rules).length;
  if (count <= headerNamesMax) return [];
  const message = `must not depend on more than ${headerNamesMax} different headers (got ${count})`;
  return [{ path: rulesPath, part: 'key', message }];
}

/** Shares of the same requests, of which each gets one error. */
export function errorShareFindings(path: Path, { errors }: ModelConfiguration, sound: Sound): Finding[] {
  if (!isPlainObject(errors) || !sound(path)) return [];
  const { rate_limit: rateLimit, timeout, server_error: serverError } = errors;
  const sum = rateLimit.probability + timeout.probability + serverError.probability;
  if (sum <= 1) return [];
  const message = `must have probabilities whose sum is at most 1 (got ${Number(sum.toPrecision(6))})`;
  return [{ path, part: 'key', message }];
}
