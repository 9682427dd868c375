/**
 * Gemini's wire from the types of Google's official SDK. The SDK serves two products and adds conveniences of its own, so its types are
 * brought back to what api.generativelanguage sends: proto-JSON under the names that the SDK's own converters (…FromMldev) read.
 */
import {
  type Definitions,
  definitionsOf,
  type MutableSchema,
  mapSchemas,
  partOf,
  reachable,
  withoutDescriptions,
} from './sdk-types.js';

export const GEMINI_PACKAGE = '@google/genai';

const TYPES = [
  'GenerateContentResponse',
  'CountTokensResponse',
  'EmbedContentResponse',
  'ListModelsResponse',
  'Tool',
  'ToolConfig',
  'SafetySetting',
  'GenerationConfig',
  'CachedContent',
];
const ROOTS = [
  'GenerateContentRequest',
  'GenerateContentResponse',
  'CountTokensRequest',
  'CountTokensResponse',
  'EmbedContentRequest',
  'EmbedContentResponse',
  'BatchEmbedContentsRequest',
  'BatchEmbedContentsResponse',
  'Model',
  'ListModelsResponse',
  'CachedContent',
  'ErrorResponse',
];
/** How the SDK's documentation marks what only Vertex AI sends. */
const OTHER_PRODUCT = /not supported in Gemini API/;
/** int32 fields: TypeScript has no word for them. int64 ones are strings in proto-JSON and strings in the types. */
const INTEGERS =
  /^(index|topK|logprobs|seed|maxOutputTokens|candidateCount|thinkingBudget|(start|end|part)Index|numTokens|tokenId)$|TokenCount$|TokenLimit$|^(tokenCount|totalTokens)$/;
/** `bytes` fields, which proto-JSON writes in base64. */
const BYTES = /^(data|thoughtSignature|voiceSampleAudio|consentAudio|sdkBlob)$/;

/** @throws Error when a correction does not fit any more */
export function geminiSchemas(): Definitions {
  const declared = definitionsOf({ packageName: GEMINI_PACKAGE, declarations: 'dist/genai.d.ts', types: TYPES });
  const definitions = withoutDescriptions(mapSchemas(declared, onTheWire) as Definitions);
  for (const correct of CORRECTIONS) correct(definitions);
  return reachable(definitions, ROOTS);
}

function onTheWire(schema: MutableSchema): MutableSchema {
  if (typeof schema.properties !== 'object') return schema;
  const entries = Object.entries(schema.properties as Definitions)
    .filter(([, { description }]) => !(typeof description === 'string' && OTHER_PRODUCT.test(description)))
    .map(([name, part]) => [name, wireType(name, part)]);
  return { ...schema, properties: Object.fromEntries(entries) };
}

function wireType(name: string, schema: MutableSchema): MutableSchema {
  if (schema.type === 'number' && INTEGERS.test(name)) return { ...schema, type: 'integer' };
  return schema.type === 'string' && BYTES.test(name) ? { ...schema, format: 'byte' } : schema;
}

function rename(definitions: Definitions, type: string, from: string, to: string): void {
  const properties = partOf(definitions, [type, 'properties']);
  properties[to] = partOf(definitions, [type, 'properties', from]);
  delete properties[from];
}

function drop(definitions: Definitions, type: string, names: readonly string[]): void {
  for (const name of names) {
    partOf(definitions, [type, 'properties', name]);
    delete partOf(definitions, [type, 'properties'])[name];
  }
}

const ref = (name: string) => ({ $ref: `#/$defs/${name}` });
const list = (items: MutableSchema) => ({ type: 'array', items });
const message = (properties: MutableSchema, required: readonly string[] = []) => ({
  type: 'object',
  properties,
  ...(required.length > 0 && { required }),
  additionalProperties: false,
});

const TEXT = { type: 'string' };
const INTEGER = { type: 'integer' };
/** google/rpc/code.proto. */
const STATUSES = [
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];

/** What the API sends and takes, and the SDK's types do not say; each with its reason. */
const CORRECTIONS: readonly ((definitions: Definitions) => void)[] = [
  // Of the SDK's making: the HTTP response, the calls that it made by itself, and what it gathers under a name of its own.
  (definitions) => {
    for (const type of ['GenerateContentResponse', 'CountTokensResponse', 'EmbedContentResponse', 'ListModelsResponse'])
      drop(definitions, type, ['sdkHttpResponse']);
    drop(definitions, 'GenerateContentResponse', ['automaticFunctionCallingHistory']);
    drop(definitions, 'Model', ['tunedModelInfo']);
  },
  // Of the other product, though their documentation does not say so: the converter for this one does not read them.
  (definitions) => {
    drop(definitions, 'Model', ['endpoints', 'labels', 'defaultCheckpointId', 'checkpoints']);
  },
  // Names that the SDK's converters change.
  (definitions) => {
    rename(definitions, 'Model', 'supportedActions', 'supportedGenerationMethods');
    rename(definitions, 'CitationMetadata', 'citations', 'citationSources');
  },
  // Fields that the SDK does not read, or reads for the other product only; the API's reference has them.
  (definitions) => {
    Object.assign(partOf(definitions, ['Model', 'properties']), { baseModelId: TEXT });
    const details = list(ref('ModalityTokenCount'));
    Object.assign(partOf(definitions, ['CountTokensResponse', 'properties']), {
      promptTokensDetails: details,
      cacheTokensDetails: details,
    });
  },
  // The types of live sessions have it, where it is said to be this product's; the API sends it with every reply's usage.
  (definitions) => {
    const serviceTier = partOf(definitions, ['UsageMetadata', 'properties', 'serviceTier']);
    Object.assign(partOf(definitions, ['GenerateContentResponseUsageMetadata', 'properties']), { serviceTier });
  },
  // Every model has these, and clients index by them.
  (definitions) => {
    partOf(definitions, ['Model']).required = [
      'name',
      'version',
      'displayName',
      'inputTokenLimit',
      'outputTokenLimit',
      'supportedGenerationMethods',
    ];
  },
  // Proto-JSON leaves out what is empty, but a reply that counts has its counts.
  (definitions) => {
    partOf(definitions, ['CountTokensResponse']).required = ['totalTokens'];
    partOf(definitions, ['GenerateContentResponse']).required = ['usageMetadata', 'modelVersion'];
    partOf(definitions, ['GenerateContentResponseUsageMetadata']).required = ['promptTokenCount', 'totalTokenCount'];
  },
  // Two endpoints hide behind the SDK's one method: one content gives `embedding`, a batch gives `embeddings`.
  (definitions) => {
    // As the API spells it here: promptTokenDetails. Only its newest models count.
    const usageMetadata = message({ promptTokenCount: INTEGER, promptTokenDetails: list(ref('ModalityTokenCount')) });
    const embedding = message({ values: list({ type: 'number' }) }, ['values']);
    definitions.EmbedContentResponse = message({ embedding, usageMetadata }, ['embedding']);
    definitions.BatchEmbedContentsResponse = message({ embeddings: list(embedding), usageMetadata }, ['embeddings']);
  },
  // The SDK spreads a request's body over its parameters.
  (definitions) => {
    const content = ref('Content');
    const generateContent = {
      model: TEXT,
      contents: list(content),
      systemInstruction: content,
      tools: list(ref('Tool')),
      toolConfig: ref('ToolConfig'),
      safetySettings: list(ref('SafetySetting')),
      generationConfig: ref('GenerationConfig'),
      cachedContent: TEXT,
      serviceTier: ref('ServiceTier'),
    };
    const embedContent = { model: TEXT, content, taskType: TEXT, title: TEXT, outputDimensionality: INTEGER };
    definitions.GenerateContentRequest = message(generateContent, ['contents']);
    definitions.CountTokensRequest = message({
      contents: list(content),
      generateContentRequest: ref('GenerateContentRequest'),
    });
    definitions.EmbedContentRequest = message(embedContent, ['content']);
    definitions.BatchEmbedContentsRequest = message({ requests: list(ref('EmbedContentRequest')) }, ['requests']);
  },
  // One message serves as request and reply; the SDK has its own parameters for what only requests carry.
  (definitions) => {
    Object.assign(partOf(definitions, ['CachedContent', 'properties']), {
      contents: list(ref('Content')),
      systemInstruction: ref('Content'),
      tools: list(ref('Tool')),
      toolConfig: ref('ToolConfig'),
      ttl: TEXT,
      usageMetadata: message({ totalTokenCount: INTEGER }),
    });
  },
  // google/rpc/status.proto, as the API wraps it in JSON; the SDK keeps it as a text.
  (definitions) => {
    const detail = { type: 'object', properties: { '@type': TEXT }, required: ['@type'], additionalProperties: true };
    const status = { code: INTEGER, message: TEXT, status: { enum: STATUSES }, details: list(detail) };
    definitions.ErrorResponse = message({ error: message(status, ['code', 'message', 'status']) }, ['error']);
  },
];
