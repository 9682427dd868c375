/** Who reads which dialect. */
import type { DialectName } from '../../contract.js';
import { MessagesReader } from './anthropic-messages.js';
import type { DialectReader } from './contract.js';
import { GenerateReader } from './gemini-generate.js';
import { chatReader } from './openai-chat.js';
import { completionReader } from './openai-completions.js';
import { embeddingsReader } from './openai-embeddings.js';
import { responsesReader } from './openai-responses.js';

/** A reader for one answer. Those that remember nothing from event to event serve all. */
export function dialectReader(dialect: DialectName): DialectReader {
  switch (dialect) {
    case 'openai.chat':
    case 'azure.chat':
      return chatReader;
    case 'openai.completions':
      return completionReader;
    case 'openai.responses':
      return responsesReader;
    case 'openai.embeddings':
      return embeddingsReader;
    case 'anthropic.messages':
      return new MessagesReader();
    case 'gemini.generate':
      return new GenerateReader();
  }
}
