/**
 * `--scenario NAME[:SECONDS][;PARAMETER=NUMBER]…`: a scenario that is active from the start. Only the form is judged here; whether there is such a
 * scenario with such parameters, the configuration's checks say.
 */
import { NAME_PATTERN } from '../scenarios/contract.js';

/** An entry of simulation.active_scenarios. */
export interface ScenarioFlag {
  readonly name: string;
  readonly duration_secs?: number;
  readonly parameters?: { readonly [name: string]: number };
}

const FORM = "has the form NAME[:SECONDS][;PARAMETER=NUMBER]…, as in 'brownout:300;error_rate=0.2'";
const name = new RegExp(NAME_PATTERN);

/** @throws RangeError with a sentence that says what is wrong */
export function parseScenarioFlag(text: string): ScenarioFlag {
  const [head = '', ...settings] = text.split(';');
  const colon = head.indexOf(':');
  const scenario = colon < 0 ? head : head.slice(0, colon);
  if (!name.test(scenario)) throw new RangeError(FORM);
  return {
    name: scenario,
    ...(colon < 0 ? {} : { duration_secs: numberOf(head.slice(colon + 1)) }),
    ...(settings.length === 0 ? {} : { parameters: Object.fromEntries(settings.map(settingOf)) }),
  };
}

function settingOf(text: string): [string, number] {
  const equals = text.indexOf('=');
  const parameter = text.slice(0, Math.max(0, equals)).trim();
  if (!name.test(parameter)) throw new RangeError(FORM);
  return [parameter, numberOf(text.slice(equals + 1))];
}

function numberOf(text: string): number {
  if (!/^\s*-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text)) throw new RangeError(FORM);
  return Number(text);
}
