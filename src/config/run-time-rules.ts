/** Rules of faults that operators give at run time, held against what rules of the configuration may be. */
import { faultOf } from '../faults/fault.js';
import { beyond } from '../faults/transport-needs.js';
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
 * @param transport the one that runs; undefined where none does yet
 */
export function runTimeRuleFindings(
  rule: RunTimeRule,
  configuration: Configuration,
  headerNames: readonly string[],
  transport: string | undefined,
): Finding[] {
  const { enabled = true, fault, match } = rule;
  const findings: Finding[] = [];
  if (fault === undefined && enabled) {
    findings.push({ path: ['fault'], part: 'key', message: 'is required, unless enabled is false' });
  }
  if (fault !== undefined) findings.push(...settingFindings(['fault'], fault));
  if (fault !== undefined && findings.length === 0) findings.push(...transportFindings(fault, transport));
  findings.push(...ruleFindings([], rule as FaultRuleConfiguration, soundness(findings)));
  findings.push(...matchedModelFindings(['match', 'model'], match?.model, configuration, () => true));
  for (const name of Object.keys(match?.headers ?? {})) {
    if (headerNames.includes(name.toLowerCase())) continue;
    const message = `is none of the headers that rules can look at: those of the APIs and those that the configuration's rules name`;
    findings.push({ path: ['match', 'headers', name], part: 'key', message });
  }
  return findings;
}

function transportFindings(setting: FaultRuleConfiguration['fault'], transport: string | undefined): Finding[] {
  const fault = faultOf(setting);
  const deed = beyond(transport, fault);
  if (deed === undefined) return [];
  const message = `${fault.kind.name} ${deed}, which the transport that runs (${transport}) cannot: it takes server.transport: node`;
  return [{ path: ['fault'], part: 'value', message }];
}
