/**
 * `NAME[:SECONDS][;PARAMETER=VALUE]…`: a stage of arrivals in one word of a command line. Only the form is judged here; whether there is such a
 * pattern with such parameters, the plan's checks say. Loads nothing, since every command line has it read.
 */

const FORM = "has the form NAME[:SECONDS][;PARAMETER=VALUE]…, as in 'ramp:60;from_rate=1;to_rate=50'";
const NAME = /^[a-z][a-z_]{0,40}$/;
const NUMBER = /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A stage as it was written: any parameter may be missing or wrong. */
export interface WrittenStage {
  readonly pattern: string;
  readonly [parameter: string]: string | number | boolean;
}

/** @throws RangeError with a sentence that says what is wrong */
export function parsePattern(text: string): WrittenStage {
  const [head = '', ...settings] = text.split(';');
  const [, pattern = '', secs] = /^([^:]*)(?::(.*))?$/.exec(head) ?? [];
  if (!NAME.test(pattern) || (secs !== undefined && !NUMBER.test(secs))) throw new RangeError(FORM);
  const stage: { pattern: string; [parameter: string]: string | number | boolean } = {
    pattern,
    ...(secs === undefined ? {} : { duration_secs: Number(secs) }),
  };
  for (const setting of settings) {
    const [, key = '', value = ''] = /^\s*([^=]*?)\s*=\s*(.*?)\s*$/.exec(setting) ?? [];
    if (!NAME.test(key) || value === '') throw new RangeError(FORM);
    stage[key] = parameterValue(value);
  }
  return stage;
}

function parameterValue(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return NUMBER.test(text) ? Number(text) : text;
}
