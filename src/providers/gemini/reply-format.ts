/** The form that a request wants its text in, from the several spellings that the API has for it. */
import type { Tokenizer } from '../../content/contract.js';
import { type GeneratedPart, type Generation, type ReplyFormat, tokensIn } from '../generation.js';
import { toJsonSchema } from './json-schema.js';
import type { GenerationConfig } from './messages/generation-config.js';

const JSON_MIME_TYPE = 'application/json';
/** One of a schema's enum values as plain text. */
const ENUM_MIME_TYPE = 'text/x.enum';

/** The JSON Schema of the reply. */
export function schemaOf(config: GenerationConfig): unknown {
  if (config.responseSchema !== undefined) return toJsonSchema(config.responseSchema);
  return config.responseJsonSchema ?? config._responseJsonSchema;
}

/** The type of the text, in the older spelling or in that of responseFormat. */
export function mimeTypeOf(config: GenerationConfig): string | undefined {
  return config.responseMimeType || textFormatOf(config)?.mimeType;
}

function textFormatOf({ responseFormat = [] }: GenerationConfig) {
  return responseFormat.find(({ text }) => text !== undefined)?.text;
}

export function replyFormatOf(config: GenerationConfig): ReplyFormat {
  const mimeType = mimeTypeOf(config);
  const schema = schemaOf(config) ?? textFormatOf(config)?.schema;
  if (mimeType !== JSON_MIME_TYPE && mimeType !== ENUM_MIME_TYPE) return { kind: 'text' };
  return schema === undefined ? { kind: 'json' } : { kind: 'json_schema', schema };
}

export function wantsEnum(config: GenerationConfig): boolean {
  return mimeTypeOf(config) === ENUM_MIME_TYPE;
}

/** The same generation with every text that is a JSON string replaced by what the string says. */
export function withoutQuotes(generation: Generation, tokenizer: Tokenizer): Generation {
  const choices = generation.choices.map((choice) => ({
    ...choice,
    parts: choice.parts.map((part) => (part.kind === 'text' ? unquoted(part, tokenizer) : part)),
  }));
  const completionTokens = choices.reduce((sum, { parts }) => sum + tokensIn(parts), 0);
  return { ...generation, choices, completionTokens };
}

function unquoted(part: GeneratedPart, tokenizer: Tokenizer): GeneratedPart {
  try {
    const value: unknown = JSON.parse(part.tokens.join(''));
    return typeof value === 'string' ? { ...part, tokens: tokenizer.split(value) } : part;
  } catch {
    // Cut off by the limit: it stays what it is.
    return part;
  }
}
