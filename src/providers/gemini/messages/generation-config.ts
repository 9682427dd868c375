/**
 * How to answer. Source: GenerationConfig and SafetySetting of google/ai/generativelanguage/v1beta, with the newer fields of the official
 * SDK's types.
 */
import { anyValue, bool, bytes, enumOf, float, int32, list, message, of, struct, text } from '../proto/descriptors.js';
import { type MediaResolutionLevel, mediaResolution } from './content.js';
import { type Schema, schemaMessage } from './schema.js';

export interface ThinkingConfig {
  readonly includeThoughts?: boolean;
  readonly thinkingBudget?: number;
  readonly thinkingLevel?: 'THINKING_LEVEL_UNSPECIFIED' | 'MINIMAL' | 'LOW' | 'MEDIUM' | 'HIGH' | 'XHIGH';
}

export interface GenerationConfig {
  readonly candidateCount?: number;
  readonly stopSequences?: readonly string[];
  readonly maxOutputTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  readonly responseMimeType?: string;
  readonly responseSchema?: Schema;
  readonly responseJsonSchema?: unknown;
  readonly _responseJsonSchema?: unknown;
  readonly responseFormat?: readonly { readonly text?: { readonly mimeType?: string; readonly schema?: unknown } }[];
  readonly responseLogprobs?: boolean;
  readonly logprobs?: number;
  readonly responseModalities?: readonly ('MODALITY_UNSPECIFIED' | 'TEXT' | 'IMAGE' | 'AUDIO' | 'VIDEO')[];
  readonly thinkingConfig?: ThinkingConfig;
  readonly mediaResolution?: MediaResolutionLevel;
}

const voiceConfig = message(
  'VoiceConfig',
  { prebuiltVoiceConfig: of(() => prebuiltVoice), replicatedVoiceConfig: of(() => replicatedVoice), voice: text },
  { voice_config: ['prebuiltVoiceConfig', 'replicatedVoiceConfig', 'voice'] },
);
const prebuiltVoice = message('PrebuiltVoiceConfig', { voiceName: text });
const replicatedVoice = message('ReplicatedVoiceConfig', {
  mimeType: text,
  voiceSampleAudio: bytes,
  consentAudio: bytes,
  voiceConsentSignature: struct,
});

const speakers = message('MultiSpeakerVoiceConfig', { speakerVoiceConfigs: list(of(() => speakerVoice)) });
const speakerVoice = message('SpeakerVoiceConfig', { speaker: text, voiceConfig: of(() => voiceConfig) });

const speechConfig = message('SpeechConfig', {
  voiceConfig: of(() => voiceConfig),
  multiSpeakerVoiceConfig: of(() => speakers),
  languageCode: text,
});

const thinkingConfig = message('ThinkingConfig', {
  includeThoughts: bool,
  thinkingBudget: int32,
  thinkingLevel: enumOf(
    'ThinkingConfig.ThinkingLevel',
    'THINKING_LEVEL_UNSPECIFIED',
    'MINIMAL',
    'LOW',
    'MEDIUM',
    'HIGH',
    'XHIGH',
  ),
});

const responseFormat = message('ResponseFormat', {
  text: of(() => textFormat),
  audio: struct,
  image: struct,
  video: struct,
});
const imageConfig = message('ImageConfig', { aspectRatio: text, imageSize: text });
const textFormat = message('TextResponseFormat', { mimeType: text, schema: anyValue });

export const generationConfigMessage = message('GenerationConfig', {
  candidateCount: int32,
  stopSequences: list(text),
  maxOutputTokens: int32,
  temperature: float,
  topP: float,
  topK: int32,
  seed: int32,
  presencePenalty: float,
  frequencyPenalty: float,
  responseMimeType: text,
  responseSchema: of(() => schemaMessage),
  responseJsonSchema: anyValue,
  _responseJsonSchema: anyValue,
  responseFormat: list(of(() => responseFormat)),
  responseLogprobs: bool,
  logprobs: int32,
  enableEnhancedCivicAnswers: bool,
  responseModalities: list(
    enumOf('GenerationConfig.Modality', 'MODALITY_UNSPECIFIED', 'TEXT', 'IMAGE', 'AUDIO', 'VIDEO'),
  ),
  speechConfig: of(() => speechConfig),
  thinkingConfig: of(() => thinkingConfig),
  imageConfig: of(() => imageConfig),
  audioTranscriptionConfig: struct,
  translationConfig: struct,
  enableAffectiveDialog: bool,
  mediaResolution,
});

export interface SafetySetting {
  readonly category?: string;
  readonly threshold?: string;
}

export const safetySettingMessage = message('SafetySetting', {
  category: enumOf(
    'HarmCategory',
    'HARM_CATEGORY_UNSPECIFIED',
    'HARM_CATEGORY_DEROGATORY',
    'HARM_CATEGORY_TOXICITY',
    'HARM_CATEGORY_VIOLENCE',
    'HARM_CATEGORY_SEXUAL',
    'HARM_CATEGORY_MEDICAL',
    'HARM_CATEGORY_DANGEROUS',
    'HARM_CATEGORY_HARASSMENT',
    'HARM_CATEGORY_HATE_SPEECH',
    'HARM_CATEGORY_SEXUALLY_EXPLICIT',
    'HARM_CATEGORY_DANGEROUS_CONTENT',
    'HARM_CATEGORY_CIVIC_INTEGRITY',
    'HARM_CATEGORY_JAILBREAK',
    'HARM_CATEGORY_IMAGE_HATE',
    'HARM_CATEGORY_IMAGE_DANGEROUS_CONTENT',
    'HARM_CATEGORY_IMAGE_HARASSMENT',
    'HARM_CATEGORY_IMAGE_SEXUALLY_EXPLICIT',
  ),
  threshold: enumOf(
    'SafetySetting.HarmBlockThreshold',
    'HARM_BLOCK_THRESHOLD_UNSPECIFIED',
    'BLOCK_LOW_AND_ABOVE',
    'BLOCK_MEDIUM_AND_ABOVE',
    'BLOCK_ONLY_HIGH',
    'BLOCK_NONE',
    'OFF',
  ),
});
