/** Whose API serves a model: what its configuration says, else what its name tells. */
import type { ModelConfiguration } from './schema/configuration.js';

export type Dialect = NonNullable<ModelConfiguration['dialect']>;

const dialectsByName: readonly (readonly [RegExp, Dialect])[] = [
  [/^claude(-|$)/, 'anthropic'],
  [/^(gemini|gemma)(-|$)/, 'gemini'],
  [/^(text-embedding-\d{3}|embedding-\d{3}|text-multilingual-embedding-)/, 'gemini'],
];

/** The dialect of a model whose configuration names none. */
export function dialectOf(name: string): Dialect {
  return dialectsByName.find(([pattern]) => pattern.test(name))?.[1] ?? 'openai';
}
