/** What the API demands of generationConfig beyond its fields' types. Ranges: its reference; sentences: the real API's where known. */
import { invalidArgument } from './errors.js';
import type { GenerationConfig } from './messages/generation-config.js';
import type { ModelTraits } from './model-traits.js';
import { schemaOf } from './reply-format.js';
import { isSchemaObject, NO_SCHEMA_OBJECT, schemaViolations } from './schema-rules.js';

const PATH = 'GenerateContentRequest.generation_config';
const STOP_SEQUENCES_MAX = 5;
const CANDIDATES_MAX = 8;
const LOGPROBS_MAX = 20;
const MIME_TYPES = ['text/plain', 'application/json', 'application/xml', 'application/yaml', 'text/x.enum'];

interface Range {
  readonly min: number;
  readonly max: number;
  readonly message: string;
}

const RANGES: { readonly [field in keyof GenerationConfig]: readonly [protoName: string, range: Range] } = {
  temperature: ['temperature', { min: 0, max: 2, message: 'temperature must be in the range [0.0, 2.0].' }],
  topP: ['top_p', { min: 0, max: 1, message: 'top_p must be in the range [0.0, 1.0].' }],
  topK: ['top_k', { min: 1, max: Number.POSITIVE_INFINITY, message: 'top_k must be positive.' }],
  maxOutputTokens: [
    'max_output_tokens',
    { min: 1, max: Number.POSITIVE_INFINITY, message: 'max_output_tokens must be positive.' },
  ],
  candidateCount: [
    'candidate_count',
    { min: 1, max: CANDIDATES_MAX, message: `candidate_count must be in the range [1, ${CANDIDATES_MAX}].` },
  ],
  presencePenalty: [
    'presence_penalty',
    { min: -2, max: 2, message: 'presence_penalty must be in the range [-2.0, 2.0].' },
  ],
  frequencyPenalty: [
    'frequency_penalty',
    { min: -2, max: 2, message: 'frequency_penalty must be in the range [-2.0, 2.0].' },
  ],
  logprobs: ['logprobs', { min: 0, max: LOGPROBS_MAX, message: `logprobs must be in the range [0, ${LOGPROBS_MAX}].` }],
};

export function configViolations(config: GenerationConfig): string[] {
  const ranges = Object.entries(RANGES).flatMap(([field, [protoName, { min, max, message }]]) => {
    const value = config[field as keyof GenerationConfig];
    return typeof value === 'number' && (value < min || value > max) ? [`${PATH}.${protoName}: ${message}`] : [];
  });
  return [...ranges, ...stopViolations(config), ...formatViolations(config)];
}

function stopViolations({ stopSequences = [] }: GenerationConfig): string[] {
  if (stopSequences.length > STOP_SEQUENCES_MAX) {
    return [`${PATH}.stop_sequences: at most ${STOP_SEQUENCES_MAX} stop sequences may be specified.`];
  }
  return stopSequences.flatMap((stop, index) =>
    stop === '' ? [`${PATH}.stop_sequences[${index}]: stop sequence must not be empty.`] : [],
  );
}

function formatViolations(config: GenerationConfig): string[] {
  const { responseMimeType = '', responseSchema, responseJsonSchema } = config;
  if (responseMimeType !== '' && !MIME_TYPES.includes(responseMimeType)) {
    const allowed = MIME_TYPES.map((type) => `\`${type}\``);
    return [
      `${PATH}.response_mime_type: allowed mimetypes are ${allowed.slice(0, -1).join(', ')} and ${allowed.at(-1)}.`,
    ];
  }
  if (schemaOf(config) !== undefined && !isSchemaObject(schemaOf(config))) {
    return [`${PATH}.response_json_schema: ${NO_SCHEMA_OBJECT}`];
  }
  if (responseSchema !== undefined && responseJsonSchema !== undefined) {
    return [`${PATH}.response_json_schema: only one of response_schema and response_json_schema may be set.`];
  }
  if (
    responseMimeType === 'text/x.enum' &&
    !Array.isArray((schemaOf(config) as { enum?: unknown } | undefined)?.enum)
  ) {
    return [`${PATH}.response_schema.enum: must be set for mime type text/x.enum.`];
  }
  if (schemaOf(config) !== undefined && isText(responseMimeType)) {
    return [`${PATH}.response_schema: only allowed with a response_mime_type of application/json or text/x.enum.`];
  }
  return responseSchema === undefined ? [] : schemaViolations(responseSchema, `${PATH}.response_schema`);
}

function isText(mimeType: string): boolean {
  return mimeType === '' || mimeType === 'text/plain';
}

/** Throws for what this model does not do. @param outputTokensMax the model's own limit */
export function checkAbilities(config: GenerationConfig, traits: ModelTraits, outputTokensMax: number): void {
  const { candidateCount = 1, maxOutputTokens = 1, responseModalities = [] } = config;
  if (candidateCount > 1 && traits.isNew) throw invalidArgument('Multiple candidates is not enabled for this model');
  if (maxOutputTokens > outputTokensMax) {
    throw invalidArgument(
      `Unable to submit request because it has a maxOutputTokens value of ${maxOutputTokens} but the supported range is from 1 ` +
        `(inclusive) to ${outputTokensMax + 1} (exclusive). Update the value and try again.`,
    );
  }
  if (responseModalities.length > 0 && !responseModalities.some((modality) => TEXT_MODALITIES.includes(modality))) {
    throw invalidArgument(
      `Model does not support the requested response modalities: ${responseModalities.join(',').toLowerCase()}`,
    );
  }
}

const TEXT_MODALITIES: readonly string[] = ['TEXT', 'MODALITY_UNSPECIFIED'];
