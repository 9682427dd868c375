/**
 * The generators of replies, in the order in which the reference page lists them. A generator takes part in configuration,
 * validation, documentation and the contract test from the moment it stands in this list.
 */
import type { GeneratorPlugin, ReplyGenerator } from './contract.js';
import { echo } from './generators/echo.js';
import { fixed } from './generators/fixed.js';
import { language } from './generators/language.js';
import { template } from './generators/template.js';

export const generators = [language, echo, fixed, template] as const;

export type GeneratorName = (typeof generators)[number]['name'];

/** Throws RangeError for an unknown name. */
export function generatorOf(name: string): GeneratorPlugin {
  const plugin = generators.find((candidate) => candidate.name === name);
  if (plugin === undefined) throw new RangeError(`no generator is called "${name}"`);
  return plugin;
}

/** The generator that `replies.generator` and `replies.text` name; expects both to have passed validation. */
export function createGenerator({ generator, text }: { generator: GeneratorName; text: string }): ReplyGenerator {
  return generatorOf(generator).create(text);
}
