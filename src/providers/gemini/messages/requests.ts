/**
 * The requests themselves. Source: generative_service.proto and cached_content.proto of google/ai/generativelanguage/v1beta, with the newer
 * fields that the official SDK sends.
 */
import {
  bool,
  duration,
  enumOf,
  int32,
  list,
  type MessageType,
  mapOf,
  message,
  of,
  text,
  timestamp,
} from '../proto/descriptors.js';
import { type Content, contentMessage } from './content.js';
import {
  type GenerationConfig,
  generationConfigMessage,
  type SafetySetting,
  safetySettingMessage,
} from './generation-config.js';
import { type Tool, type ToolConfig, toolConfigMessage, toolMessage } from './tools.js';

export interface GenerateContentRequest {
  readonly model?: string;
  readonly systemInstruction?: Content;
  readonly contents?: readonly Content[];
  readonly tools?: readonly Tool[];
  readonly toolConfig?: ToolConfig;
  readonly safetySettings?: readonly SafetySetting[];
  readonly generationConfig?: GenerationConfig;
  readonly cachedContent?: string;
  readonly serviceTier?: string;
}

export const generateContentMessage: MessageType = message('GenerateContentRequest', {
  model: text,
  systemInstruction: of(() => contentMessage),
  contents: list(of(() => contentMessage)),
  tools: list(of(() => toolMessage)),
  toolConfig: of(() => toolConfigMessage),
  safetySettings: list(of(() => safetySettingMessage)),
  generationConfig: of(() => generationConfigMessage),
  cachedContent: text,
  serviceTier: enumOf('ServiceTier', 'unspecified', 'standard', 'flex', 'priority'),
  labels: mapOf(text),
  store: bool,
  continuationToken: text,
});

export interface CountTokensRequest {
  readonly model?: string;
  readonly contents?: readonly Content[];
  readonly generateContentRequest?: GenerateContentRequest;
}

export const countTokensMessage = message('CountTokensRequest', {
  model: text,
  contents: list(of(() => contentMessage)),
  generateContentRequest: of(() => generateContentMessage),
});

export interface EmbedContentRequest {
  readonly model?: string;
  readonly content?: Content;
  readonly taskType?: string;
  readonly title?: string;
  readonly outputDimensionality?: number;
}

export const embedContentMessage = message('EmbedContentRequest', {
  model: text,
  content: of(() => contentMessage),
  taskType: enumOf(
    'TaskType',
    'TASK_TYPE_UNSPECIFIED',
    'RETRIEVAL_QUERY',
    'RETRIEVAL_DOCUMENT',
    'SEMANTIC_SIMILARITY',
    'CLASSIFICATION',
    'CLUSTERING',
    'QUESTION_ANSWERING',
    'FACT_VERIFICATION',
    'CODE_RETRIEVAL_QUERY',
  ),
  title: text,
  outputDimensionality: int32,
});

export interface BatchEmbedContentsRequest {
  readonly requests?: readonly EmbedContentRequest[];
}

export const batchEmbedContentsMessage = message('BatchEmbedContentsRequest', {
  model: text,
  requests: list(of(() => embedContentMessage)),
});

export interface CachedContentFields {
  readonly name?: string;
  readonly model?: string;
  readonly displayName?: string;
  readonly systemInstruction?: Content;
  readonly contents?: readonly Content[];
  readonly tools?: readonly Tool[];
  readonly toolConfig?: ToolConfig;
  /** Seconds. */
  readonly ttl?: number;
  /** Milliseconds since 1970. */
  readonly expireTime?: number;
}

const cacheUsage = message('CachedContent.UsageMetadata', { totalTokenCount: int32 });

export const cachedContentMessage = message(
  'CachedContent',
  {
    name: text,
    model: text,
    displayName: text,
    systemInstruction: of(() => contentMessage),
    contents: list(of(() => contentMessage)),
    tools: list(of(() => toolMessage)),
    toolConfig: of(() => toolConfigMessage),
    ttl: duration,
    expireTime: timestamp,
    createTime: timestamp,
    updateTime: timestamp,
    usageMetadata: of(() => cacheUsage),
  },
  { expiration: ['ttl', 'expireTime'] },
);
