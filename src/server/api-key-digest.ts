/**
 * How an API key is shown to operators, in the journal and in the list of limits alike: the first digits of its SHA-256, by which the requests
 * and the budgets of one key can be told, and which whoever has the key can work out (`printf %s KEY | sha256sum`).
 */
import { createHash } from 'node:crypto';

/** Enough to tell keys apart, too few to find one by. */
const DIGITS = 12;

/** Lower-case hexadecimal digits. */
export function apiKeyDigest(apiKey: string): string {
  return createHash('sha256').update(apiKey).digest('hex').slice(0, DIGITS);
}
