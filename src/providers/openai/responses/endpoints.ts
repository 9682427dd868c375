/** The Responses API, each endpoint once. */
import type { Endpoint } from '../../contract.js';
import { cancelResponse } from './cancel-response.js';
import { compactConversation } from './compact-conversation.js';
import { countInputTokens } from './count-input-tokens.js';
import { createResponse } from './create-response.js';
import { deleteResponse } from './delete-response.js';
import { listInputItems } from './list-input-items.js';
import { retrieveResponse } from './retrieve-response.js';

export const responses: readonly Endpoint[] = [
  createResponse,
  countInputTokens,
  compactConversation,
  retrieveResponse,
  deleteResponse,
  cancelResponse,
  listInputItems,
];
