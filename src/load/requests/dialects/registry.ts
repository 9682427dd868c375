/** The dialects in which a load generator can ask. */
import type { DialectName } from '../../contract.js';
import { anthropicMessages } from './anthropic-messages.js';
import type { RequestDialect } from './contract.js';
import { geminiGenerate } from './gemini-generate.js';
import { azureChat, openaiChat } from './openai-chat.js';
import { openaiResponses } from './openai-responses.js';
import { openaiCompletions, openaiEmbeddings } from './openai-texts.js';

export const requestDialects: { readonly [name in DialectName]: RequestDialect } = {
  'openai.chat': openaiChat,
  'openai.responses': openaiResponses,
  'openai.completions': openaiCompletions,
  'openai.embeddings': openaiEmbeddings,
  'azure.chat': azureChat,
  'anthropic.messages': anthropicMessages,
  'gemini.generate': geminiGenerate,
};
