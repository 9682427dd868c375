/**
 * The content of one chat message: text, or parts of text, images, audio, files and refusals. Shapes:
 * ChatCompletionRequestUserMessageContentPart and its siblings of OpenAI's published OpenAPI document.
 */

import { isObject, type JsonObject } from '../../../kernel/json-object.js';
import { invalidRequest } from '../errors.js';
import {
  anything,
  arrayOf,
  checkKnownFields,
  type FieldRule,
  type FieldRules,
  missing,
  oneOf,
  stringOf,
  tagOf,
  unsupportedValue,
  wrongType,
} from '../field-rules.js';
import type { ImageDetail } from '../image-tokens.js';

const PART_TYPES = ['text', 'image_url', 'input_audio', 'refusal', 'audio', 'file'];
/** Part types by role; a user may send any. Images have a sentence of their own. */
const PART_TYPES_OF: { readonly [role: string]: readonly string[] } = {
  system: ['text'],
  developer: ['text'],
  tool: ['text'],
  function: ['text'],
  assistant: ['text', 'refusal'],
};

/** What a message holds beside text; `part` is its place in the content. */
export type MediaPart = { readonly part: number } & (
  | { readonly kind: 'image'; readonly url: string; readonly detail: ImageDetail }
  /** Base64 of a whole audio file. */
  | { readonly kind: 'audio'; readonly data: string; readonly format: 'wav' | 'mp3' }
  /** Base64 of a file, or nothing for one that was uploaded before. */
  | { readonly kind: 'file'; readonly data: string | undefined }
);

export interface Content {
  readonly texts: readonly string[];
  readonly media: readonly MediaPart[];
}

export const NO_CONTENT: Content = { texts: [], media: [] };

const aText = stringOf({});

const imageUrlRule: FieldRule = (value, path) => {
  if (!isObject(value)) throw wrongType(path, 'an object', value);
  checkKnownFields(value, path, { url: imageSourceRule, detail: oneOf('low', 'high', 'auto') }, ['url']);
};

const imageSourceRule: FieldRule = (value, path) => {
  aText(value, path);
  const url = value as string;
  if (/^https?:\/\//i.test(url)) return;
  if (!/^data:/i.test(url)) {
    throw invalidRequest(
      `Invalid '${path}'. Expected a base64-encoded data URL with an image MIME type (e.g. ` +
        "'data:image/png;base64,aW1nIGJ5dGVzIGhlcmU='), but got a value without the 'data:' prefix.",
      path,
      'invalid_value',
    );
  }
  if (!/^data:image\//i.test(url)) {
    throw invalidRequest('Invalid MIME type. Only image types are supported.', null, 'invalid_image_format');
  }
};

const audioRule: FieldRule = (value, path) => {
  if (!isObject(value)) throw wrongType(path, 'an object', value);
  checkKnownFields(value, path, { data: aText, format: oneOf('wav', 'mp3') }, ['data', 'format']);
};

const fileRule: FieldRule = (value, path) => {
  if (!isObject(value)) throw wrongType(path, 'an object', value);
  checkKnownFields(value, path, { file_id: aText, file_data: aText, filename: aText });
  if (typeof value.file_id !== 'string' && typeof value.file_data !== 'string') throw missing(`${path}.file_id`);
};

/** The field that a part of a type must have, and its rule. */
const PART_RULES: { readonly [type: string]: FieldRules } = {
  text: { text: aText },
  image_url: { image_url: imageUrlRule },
  input_audio: { input_audio: audioRule },
  file: { file: fileRule },
  refusal: { refusal: aText },
  audio: { audio: anything },
};

/** Checks a message's content, which is not null, and takes its parts. */
export function parseContent(content: unknown, role: string, message: string): Content {
  const path = `${message}.content`;
  if (typeof content === 'string') {
    aText(content, path);
    return { texts: [content], media: [] };
  }
  if (!Array.isArray(content)) throw wrongType(path, 'one of a string or array of objects', content);
  arrayOf(partRule, 1)(content, path);
  for (const [index, part] of content.entries()) checkRole(part.type, role, message, `${path}[${index}].type`);
  return { texts: content.flatMap(textsOf), media: content.flatMap(mediaOf) };
}

const partRule: FieldRule = (part, path) => {
  const rules = PART_RULES[tagOf(part, path, PART_TYPES)];
  checkKnownFields(part as JsonObject, path, rules, Object.keys(rules));
};

function checkRole(type: string, role: string, message: string, path: string): void {
  const types = PART_TYPES_OF[role] ?? PART_TYPES;
  if (types.includes(type)) return;
  if (type !== 'image_url') throw unsupportedValue(path, type, types);
  throw invalidRequest(
    `Invalid '${message}'. Image URLs are only allowed for messages with role 'user', but this message with role '${role}' contains ` +
      'an image URL.',
    message,
    'invalid_value',
  );
}

interface CheckedPart {
  readonly type: string;
  readonly text: string;
  readonly refusal: string;
  readonly image_url: { readonly url: string; readonly detail?: ImageDetail | null };
  readonly input_audio: { readonly data: string; readonly format: 'wav' | 'mp3' };
  readonly file: { readonly file_data?: string | null };
}

function textsOf(part: CheckedPart): string[] {
  if (part.type === 'text') return [part.text];
  return part.type === 'refusal' ? [part.refusal] : [];
}

function mediaOf(content: CheckedPart, part: number): MediaPart[] {
  switch (content.type) {
    case 'image_url':
      return [{ kind: 'image', part, url: content.image_url.url, detail: content.image_url.detail ?? 'auto' }];
    case 'input_audio':
      return [{ kind: 'audio', part, data: content.input_audio.data, format: content.input_audio.format }];
    case 'file':
      return [{ kind: 'file', part, data: content.file.file_data ?? undefined }];
    default:
      return [];
  }
}
