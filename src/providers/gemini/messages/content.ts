/**
 * What was said: contents and their parts. Source: Content and Part of google/ai/generativelanguage/v1beta/content.proto, with the newer
 * fields of the official SDK's types.
 */
import {
  bool,
  bytes,
  double,
  duration,
  enumOf,
  int32,
  list,
  type MessageType,
  message,
  of,
  struct,
  text,
} from '../proto/descriptors.js';

export interface Content {
  readonly role?: string;
  readonly parts?: readonly Part[];
}

export interface Media {
  readonly mimeType?: string;
  /** Base64, of a part that carries the bytes. */
  readonly data?: string;
  /** Of a part that names a file. */
  readonly fileUri?: string;
}

export type MediaResolutionLevel =
  | 'MEDIA_RESOLUTION_UNSPECIFIED'
  | 'MEDIA_RESOLUTION_LOW'
  | 'MEDIA_RESOLUTION_MEDIUM'
  | 'MEDIA_RESOLUTION_HIGH'
  | 'MEDIA_RESOLUTION_ULTRA_HIGH';

export interface Part {
  readonly text?: string;
  readonly inlineData?: Media;
  readonly fileData?: Media;
  readonly functionCall?: { readonly id?: string; readonly name?: string; readonly args?: object };
  readonly functionResponse?: {
    readonly id?: string;
    readonly name?: string;
    readonly response?: object;
    readonly parts?: readonly { readonly inlineData?: Media; readonly fileData?: Media }[];
  };
  readonly executableCode?: { readonly code?: string };
  readonly codeExecutionResult?: { readonly output?: string };
  readonly toolCall?: object;
  readonly toolResponse?: object;
  readonly audioTranscription?: { readonly text?: string };
  /** Offsets in seconds. */
  readonly videoMetadata?: { readonly startOffset?: number; readonly endOffset?: number; readonly fps?: number };
  readonly mediaResolution?: { readonly level?: MediaResolutionLevel };
  readonly thought?: boolean;
}

/** The members of Part.data: a part has exactly one. */
const PART_DATA = [
  'text',
  'inlineData',
  'functionCall',
  'functionResponse',
  'fileData',
  'executableCode',
  'codeExecutionResult',
  'toolCall',
  'toolResponse',
  'audioTranscription',
] as const;

export function hasData(part: Part): boolean {
  return PART_DATA.some((member) => part[member] !== undefined);
}

const blob = message('Blob', { mimeType: text, data: bytes, displayName: text });
const fileData = message('FileData', { mimeType: text, fileUri: text, displayName: text });
const mediaProcessing = enumOf('MediaProcessing', 'MEDIA_PROCESSING_UNSPECIFIED', 'STATIC', 'AGENTIC');

const functionResponsePart = message(
  'FunctionResponsePart',
  {
    inlineData: of(() => blob),
    fileData: of(() => fileData),
    mediaProcessing,
  },
  { data: ['inlineData', 'fileData'] },
);

const toolType = enumOf(
  'ToolType',
  'TOOL_TYPE_UNSPECIFIED',
  'GOOGLE_SEARCH_WEB',
  'GOOGLE_SEARCH_IMAGE',
  'URL_CONTEXT',
  'GOOGLE_MAPS',
  'FILE_SEARCH',
  'MEDIA_PROCESSING',
);

export const mediaResolution = enumOf(
  'MediaResolution',
  'MEDIA_RESOLUTION_UNSPECIFIED',
  'MEDIA_RESOLUTION_LOW',
  'MEDIA_RESOLUTION_MEDIUM',
  'MEDIA_RESOLUTION_HIGH',
  'MEDIA_RESOLUTION_ULTRA_HIGH',
);

const PART_MESSAGES = {
  functionCall: message('FunctionCall', { id: text, name: text, args: struct }),
  functionResponse: message('FunctionResponse', {
    id: text,
    name: text,
    response: struct,
    parts: list(of(() => functionResponsePart)),
    willContinue: bool,
    scheduling: enumOf('FunctionResponse.Scheduling', 'SCHEDULING_UNSPECIFIED', 'SILENT', 'WHEN_IDLE', 'INTERRUPT'),
  }),
  executableCode: message('ExecutableCode', {
    id: text,
    language: enumOf('ExecutableCode.Language', 'LANGUAGE_UNSPECIFIED', 'PYTHON'),
    code: text,
  }),
  codeExecutionResult: message('CodeExecutionResult', {
    id: text,
    outcome: enumOf(
      'CodeExecutionResult.Outcome',
      'OUTCOME_UNSPECIFIED',
      'OUTCOME_OK',
      'OUTCOME_FAILED',
      'OUTCOME_DEADLINE_EXCEEDED',
    ),
    output: text,
  }),
  toolCall: message('ToolCall', { id: text, toolType, args: struct }),
  toolResponse: message('ToolResponse', { id: text, toolType, response: struct }),
  audioTranscription: message('Transcription', {
    text,
    finished: bool,
    languageCode: text,
    speakerLabel: text,
    words: list(struct),
    startOffset: duration,
    endOffset: duration,
  }),
  videoMetadata: message('VideoMetadata', { startOffset: duration, endOffset: duration, fps: double }),
  mediaResolution: message('PartMediaResolution', { level: mediaResolution, numTokens: int32 }),
  speechMetadata: message('SpeechMetadata', { speaker: text, style: text }),
} as const;

const partMessage = message(
  'Part',
  {
    text,
    inlineData: of(() => blob),
    fileData: of(() => fileData),
    functionCall: of(() => PART_MESSAGES.functionCall),
    functionResponse: of(() => PART_MESSAGES.functionResponse),
    executableCode: of(() => PART_MESSAGES.executableCode),
    codeExecutionResult: of(() => PART_MESSAGES.codeExecutionResult),
    toolCall: of(() => PART_MESSAGES.toolCall),
    toolResponse: of(() => PART_MESSAGES.toolResponse),
    audioTranscription: of(() => PART_MESSAGES.audioTranscription),
    videoMetadata: of(() => PART_MESSAGES.videoMetadata),
    mediaResolution: of(() => PART_MESSAGES.mediaResolution),
    speechMetadata: of(() => PART_MESSAGES.speechMetadata),
    thought: bool,
    thoughtSignature: bytes,
    partMetadata: struct,
    mediaProcessing,
  },
  { data: PART_DATA },
);

export const contentMessage: MessageType = message('Content', { parts: list(of(() => partMessage)), role: text });
