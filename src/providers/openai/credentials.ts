/** Where clients of OpenAI's API carry their key: `Authorization: Bearer …`. */
import type { ApiRequest } from '../contract.js';

const BEARER = /^Bearer +(\S+)$/i;

/** Undefined without the header, or with one of another form. */
export function bearerKeyOf({ header }: Pick<ApiRequest, 'header'>): string | undefined {
  return BEARER.exec(header('authorization') ?? '')?.[1];
}
