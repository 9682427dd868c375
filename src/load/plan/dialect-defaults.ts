/** What follows from a dialect or a model's name where a plan leaves it open. */
import { dialectOf } from '../../config/dialects.js';
import type { DialectName } from '../contract.js';

/** Small models of the catalogue: a run against a provider's own API costs little. */
const models: { readonly [dialect in DialectName]: string } = {
  'openai.chat': 'gpt-4o-mini',
  'openai.responses': 'gpt-4o-mini',
  'openai.completions': 'gpt-3.5-turbo-instruct',
  'openai.embeddings': 'text-embedding-3-small',
  'azure.chat': 'gpt-4o-mini',
  'anthropic.messages': 'claude-haiku-4-5',
  'gemini.generate': 'gemini-2.5-flash',
};

export function modelFor(dialect: DialectName): string {
  return models[dialect];
}

/** The dialect that a model of this name is usually asked in. */
export function dialectFor(model: string): DialectName {
  switch (dialectOf(model)) {
    case 'anthropic':
      return 'anthropic.messages';
    case 'gemini':
      return 'gemini.generate';
    default:
      if (/embedding/.test(model)) return 'openai.embeddings';
      return /-instruct$|^(babbage|davinci)-/.test(model) ? 'openai.completions' : 'openai.chat';
  }
}

/** Whether the dialect has streams. */
export function streams(dialect: DialectName): boolean {
  return dialect !== 'openai.embeddings';
}
