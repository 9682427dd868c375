/** The faults of a scenario's steps, held against what rules of `faults.rules` may be. Parameters stand for the values that are given. */
import type { Parameters, ScenarioDefinition, StepFault } from '../scenarios/contract.js';
import { withParameters } from '../scenarios/quantities.js';
import { matchedModelFindings, ruleFindings } from './fault-checks.js';
import { settingFindings } from './fault-setting-checks.js';
import type { Finding, Path } from './problems.js';
import type { Configuration, FaultRuleConfiguration } from './schema/configuration.js';
import { faultMatchSchema } from './schema/faults.js';
import { type Sound, soundness } from './soundness.js';
import { schemaCheck } from './validation.js';

const checkMatch = schemaCheck(faultMatchSchema);

/** @param path of the definition, which is sound apart from its faults */
export function scenarioFaultFindings(
  path: Path,
  definition: ScenarioDefinition,
  parameters: Parameters,
  configuration: Configuration,
  sound: Sound,
): Finding[] {
  return definition.steps.flatMap((step, stepIndex) =>
    (step.faults ?? []).flatMap((entry, index) => {
      const place = [...path, 'steps', String(stepIndex), 'faults', String(index)];
      return faultFindings(place, entry, parameters, configuration, sound);
    }),
  );
}

function faultFindings(
  place: Path,
  { fault, match = {} }: StepFault,
  parameters: Parameters,
  configuration: Configuration,
  sound: Sound,
): Finding[] {
  const rule = {
    name: 'step',
    fault: withParameters(fault, parameters),
    match: withParameters(match, parameters),
  } as FaultRuleConfiguration;
  const findings = settingFindings([...place, 'fault'], rule.fault);
  if (Object.keys(match).length > 0) {
    findings.push(
      ...checkMatch(rule.match).map((finding) => ({ ...finding, path: [...place, 'match', ...finding.path] })),
    );
  }
  findings.push(...ruleFindings(place, rule, soundness(findings)));
  const modelPath = [...place, 'match', 'model'];
  if (soundness(findings)(modelPath)) {
    findings.push(...matchedModelFindings(modelPath, rule.match?.model, configuration, sound));
  }
  return findings;
}
