/**
 * Faults that are written down where the configuration's schema does not look: in the steps of scenarios, whose parameters stand for numbers, and
 * at run time. Of all the kinds only the one that is named has its schema compiled, so that a start pays for what it has.
 */
import { faultKinds, faultNames, settingSchema } from '../faults/registry.js';
import { isPlainObject } from './plain-data.js';
import type { Finding, Path } from './problems.js';
import { suggestChoice } from './suggestions.js';
import { schemaCheck } from './validation.js';

const checks = new Map<string, (value: unknown) => Finding[]>();

/** What the kind's schema does not accept. @param setting a text or a mapping: the name of a kind, or a kind with its parameters */
export function settingFindings(path: Path, setting: unknown): Finding[] {
  const isNamed = typeof setting === 'string';
  const name = isNamed ? setting : isPlainObject(setting) ? setting.kind : undefined;
  const kind = faultKinds.find((candidate) => candidate.name === name);
  if (kind !== undefined) return isNamed ? [] : findingsOf(kind.name, path, setting);
  const place = isNamed ? path : [...path, 'kind'];
  const choices = `one of ${faultNames.map((known) => JSON.stringify(known)).join(', ')}`;
  if (name === undefined) return [{ path: place, part: 'key', message: `is required and must be ${choices}` }];
  const suggestion = suggestChoice(name, faultNames);
  return [{ path: place, part: 'value', value: name, message: `must be ${choices}`, suggestion }];
}

function findingsOf(name: string, path: Path, setting: unknown): Finding[] {
  let check = checks.get(name);
  if (check === undefined) {
    check = schemaCheck(settingSchema(faultKinds.find((kind) => kind.name === name)!));
    checks.set(name, check);
  }
  return check(setting).map((finding) => ({ ...finding, path: [...path, ...finding.path] }));
}
