/** Errors for identifiers that name nothing, or nothing any more. */
import { ApiError } from '../../contract.js';
import { errorReply, shown } from '../errors.js';

export function responseNotFound(id: string): Error {
  return notFound(`Response with id '${shown(id)}' not found.`, null);
}

export function itemNotFound(id: string): Error {
  return notFound(
    `Item with id '${shown(id)}' not found. Items are not persisted when \`store\` is set to false. Try again with \`store\` set to ` +
      'true, or remove this item from your input.',
    'input',
  );
}

export function conversationNotFound(id: string): Error {
  return notFound(`Conversation with id '${shown(id)}' not found.`, null);
}

export function promptNotFound(id: string): Error {
  return notFound(`Prompt with id '${shown(id)}' not found.`, null);
}

function notFound(message: string, param: string | null): Error {
  return new ApiError(errorReply(404, { message, type: 'invalid_request_error', param }));
}
