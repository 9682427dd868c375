/** The key in `Authorization: Bearer …`: where OpenAI's clients carry it, and those of others may. The scheme's case does not matter (RFC 9110). */
import type { ApiRequest } from './contract.js';

const BEARER = /^Bearer +(\S+)$/i;

/** Undefined without the header, or with one of another form. */
export function bearerKeyOf({ header }: Pick<ApiRequest, 'header'>): string | undefined {
  return BEARER.exec(header('authorization') ?? '')?.[1];
}
