/**
 * What the API demands of a conversation beyond its fields' types: parts that hold something, known roles, and answers to function calls
 * that match them. Sentences: those of the real API's errors.
 */
import { invalidArgument } from './errors.js';
import { type Content, hasData, type Part } from './messages/content.js';
import { violationsIn } from './violations.js';

/** `function` is what older SDKs call the turn of a function's result. */
const ROLES = ['', 'user', 'model', 'function'];

/** Violations of contents that stand at the path. */
export function contentViolations(contents: readonly Content[] | undefined, path: string): string[] {
  if (contents === undefined || contents.length === 0) return [`${path}: contents is not specified`];
  return violationsIn(contents, (content, index) => partViolations(content, `${path}[${index}]`));
}

export function partViolations({ parts = [] }: Content, path: string): string[] {
  if (parts.length === 0) return [`${path}.parts: contents.parts must not be empty.`];
  return violationsIn(parts, (part, index) => dataViolations(part, `${path}.parts[${index}]`));
}

function dataViolations(part: Part, path: string): string[] {
  if (!hasData(part)) return [`${path}.data: required oneof field 'data' must have one initialized field`];
  const { inlineData, fileData, functionCall, functionResponse } = part;
  if (inlineData !== undefined && !inlineData.mimeType) return [`${path}.inline_data.mime_type: must not be empty`];
  if (fileData !== undefined && !fileData.fileUri) return [`${path}.file_data.file_uri: must not be empty`];
  if (functionCall !== undefined && !functionCall.name) return [`${path}.function_call.name: Name cannot be empty.`];
  if (functionResponse !== undefined && !functionResponse.name) {
    return [`${path}.function_response.name: Name cannot be empty.`];
  }
  return [];
}

/** Throws for a conversation whose turns do not fit each other. */
export function checkTurns(contents: readonly Content[]): void {
  if (contents.some(({ role = '' }) => !ROLES.includes(role))) {
    throw invalidArgument('Please use a valid role: user, model.');
  }
  contents.forEach((content, index) => {
    const before = index === 0 ? undefined : contents[index - 1];
    const responses = countParts(content, 'functionResponse');
    const calls = before === undefined ? 0 : countParts(before, 'functionCall');
    if (responses > 0 && calls === 0) {
      // A second turn of results for the same calls is how some clients answer parallel calls.
      if (before !== undefined && countParts(before, 'functionResponse') > 0) return;
      throw invalidArgument('Please ensure that function response turn comes immediately after a function call turn.');
    }
    if (calls > 0 && responses !== calls && countResponsesFrom(contents, index) !== calls) {
      throw invalidArgument(
        'Please ensure that the number of function response parts is equal to the number of function call parts of the function call ' +
          'turn.',
      );
    }
  });
}

/** Function responses of the turn and of those right behind it. */
function countResponsesFrom(contents: readonly Content[], first: number): number {
  let responses = 0;
  for (let index = first; index < contents.length; index++) {
    const count = countParts(contents[index], 'functionResponse');
    if (count === 0) break;
    responses += count;
  }
  return responses;
}

function countParts({ parts = [] }: Content, kind: 'functionCall' | 'functionResponse'): number {
  return parts.reduce((count, part) => count + (part[kind] === undefined ? 0 : 1), 0);
}
