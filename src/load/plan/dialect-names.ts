/** The dialects by their names. Loads nothing, since every command line has them read. */
import type { DialectName } from '../contract.js';

export const DIALECTS = [
  'openai.chat',
  'openai.responses',
  'openai.completions',
  'openai.embeddings',
  'azure.chat',
  'anthropic.messages',
  'gemini.generate',
] as const satisfies readonly DialectName[];
