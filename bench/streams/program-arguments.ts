/** The command line of a program that needs little of it: texts with defaults. Help ends the program with 0, wrong usage with 2 and the reason. */
import { parseArgs } from 'node:util';

const EXIT_USAGE = 2;

/** @param help says everything, options and exit codes included */
export function programArguments<Name extends string>(
  help: string,
  defaults: { readonly [name in Name]: string },
): { readonly [name in Name]: string } {
  const names = Object.keys(defaults) as Name[];
  const texts = names.map((name) => [name, { type: 'string', default: defaults[name] }] as const);
  try {
    const { values }: { values: { [name: string]: unknown } } = parseArgs({
      options: { ...Object.fromEntries(texts), help: { type: 'boolean', default: false } },
    });
    if (values.help === true) {
      console.log(help);
      process.exit(0);
    }
    return Object.fromEntries(names.map((name) => [name, String(values[name])])) as { [name in Name]: string };
  } catch (error) {
    return wrongUsage((error as Error).message, help);
  }
}

/** An option that counts something, from 1. */
export function countOf(name: string, text: string, help: string): number {
  const value = Number(text);
  return Number.isInteger(value) && value >= 1
    ? value
    : wrongUsage(`--${name} takes a whole number from 1 (got ${text})`, help);
}

function wrongUsage(reason: string, help: string): never {
  console.error(`${reason}\n\n${help}`);
  process.exit(EXIT_USAGE);
}
