/** Rules of faults that operators give at run time, held against what rules of the configuration may be. */
import { matchedModelFindings, ruleFindings } from './fault-checks.js';
import { settingFindings } from './fault-setting-checks.js';
import type { Finding } from './problems.js';
import type { Configuration, FaultRuleConfiguration } from './schema/configuration.js';
import { soundness } from './soundness.js';

/** A rule as an operator gives it; one that is not enabled needs no fault. */
export type RunTimeRule = Omit<FaultRuleConfiguration, 'name' | 'fault'> &
  Partial<Pick<FaultRuleConfiguration, 'fault'>>;

/**
 * @param rule fits the schema of a rule, but its fault is a text or a mapping of any kind
 * @param headerNames lower-case, those that workers get to see
 */
export function runTimeRuleFindings(
  rule: RunTimeRule,
  configuration: Configuration,
  headerNames: readonly string[],
): Finding[] {
  const { enabled = true, fault, match } = rule;
  const findings: Finding[] = [];
  if (fault === undefined && enabled) {
    findings.push({ path: ['fault'], part: 'key', message: 'is required, unless enabled is false' });
  }
  if (fault !== undefined) findings.push(...settingFindings(['fault'], fault));
  findings.push(...ruleFindings([], rule as FaultRuleConfiguration, soundness(findings)));
  findings.push(...matchedModelFindings(['match', 'model'], match?.model, configuration, () => true));
  for (const name of Object.keys(match?.headers ?? {})) {
    if (headerNames.includes(name.toLowerCase())) continue;
    const message = `is none of the headers that rules can look at: those of the APIs and those that the configuration's rules name`;
    findings.push({ path: ['match', 'headers', name], part: 'key', message });
  }
  return findings;
}
