/**
 * The content parts of messages and tool outputs, and the fields that several kinds of items share. Shapes: InputContent,
 * OutputMessageContent and FunctionCallOutputItemParam of OpenAI's published OpenAPI document.
 */
import { invalidRequest } from '../errors.js';
import { aString, type FieldRule, stringOf, tagOf, unsupportedValue, wrongType } from '../field-rules.js';
import { missingOneOf } from './exclusive-parameters.js';
import { anyJson, list, object, oneOf, type Rules, tagged, variant } from './shape-rules.js';

/** Lengths in characters that the published schema sets. */
const TEXT_MAX = 10_485_760;
const IMAGE_URL_MAX = 20_971_520;
const FILE_DATA_MAX = 73_400_320;
const CALL_ID_MAX = 64;
const CALLER_ID_MAX = 64;

/** Every kind of part that some message may have, in the order in which the API lists them. */
const PART_TYPES = [
  'input_text',
  'input_image',
  'output_text',
  'refusal',
  'input_file',
  'computer_screenshot',
  'summary_text',
];

export const itemStatus = oneOf('in_progress', 'completed', 'incomplete');
export const callId = stringOf({ minLength: 1, maxLength: CALL_ID_MAX });
export const longText = stringOf({ maxLength: TEXT_MAX });

const cacheBreakpoint = object({ mode: oneOf('explicit') });
const imageDetail = oneOf('low', 'high', 'auto', 'original');
const fileDetail = oneOf('auto', 'low', 'high');

const imageUrl: FieldRule = (value, path) => {
  stringOf({ maxLength: IMAGE_URL_MAX })(value, path);
  if (/^(https?:\/\/|data:)./i.test(value as string)) return;
  throw invalidRequest(
    `Invalid '${path}'. Expected a valid URL, but got a value with an invalid format.`,
    path,
    'invalid_value',
  );
};

const IMAGE_MEMBERS: Rules = {
  image_url: imageUrl,
  file_id: aString,
  detail: imageDetail,
  prompt_cache_breakpoint: cacheBreakpoint,
};

const inputImage: FieldRule = (value, path) => {
  variant({}, IMAGE_MEMBERS)(value, path);
  const { image_url: url, file_id: fileId } = value as { image_url?: unknown; file_id?: unknown };
  if (typeof url !== 'string' && typeof fileId !== 'string') throw missingOneOf(path, ['file_id', 'image_url']);
};

const FILE_MEMBERS: Rules = {
  file_id: aString,
  filename: aString,
  file_data: stringOf({ maxLength: FILE_DATA_MAX }),
  file_url: aString,
  detail: fileDetail,
  prompt_cache_breakpoint: cacheBreakpoint,
};

const inputFile: FieldRule = (value, path) => {
  variant({}, FILE_MEMBERS)(value, path);
  const source = value as { file_id?: unknown; file_data?: unknown; file_url?: unknown };
  if ([source.file_id, source.file_data, source.file_url].some((entry) => typeof entry === 'string')) return;
  throw missingOneOf(path, ['file_data', 'file_id', 'file_url']);
};

const inputText = variant({ text: longText }, { prompt_cache_breakpoint: cacheBreakpoint });
const outputText = variant({ text: longText }, { annotations: list(anyJson), logprobs: list(anyJson) });
const refusal = variant({ refusal: longText });

export const INPUT_PARTS: Rules = { input_text: inputText, input_image: inputImage, input_file: inputFile };
export const OUTPUT_PARTS: Rules = { output_text: outputText, refusal };

/** A string, or a list of the given parts. */
export function contentOf(parts: Rules): FieldRule {
  return (value, path) => {
    if (typeof value === 'string') return longText(value, path);
    if (!Array.isArray(value)) throw wrongType(path, 'one of an array of objects or string', value);
    value.forEach((part, index) => {
      checkPart(part, `${path}[${index}]`, parts);
    });
  };
}

/** An unknown kind of part is a bad type; one that is known, but not here, is a bad part. */
function checkPart(part: unknown, path: string, parts: Rules): void {
  const type = tagOf(part, path, PART_TYPES);
  if (!Object.hasOwn(parts, type)) throw unsupportedValue(path, type, Object.keys(parts));
  parts[type](part, path);
}

/** Who made a tool call: the model itself, or a program of its own. */
export const caller = tagged({
  direct: variant(),
  program: variant({ caller_id: stringOf({ minLength: 1, maxLength: CALLER_ID_MAX }) }),
});
