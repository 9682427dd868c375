/** What a file holds, as a short text that differs where the content does. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** Undefined where there is no file, or it cannot be read. */
export function fileDigestSync(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return digestOf(readFileSync(file));
  } catch {
    return undefined;
  }
}

/** Rejects when the file cannot be read. */
export async function fileDigest(file: string): Promise<string> {
  return digestOf(await readFile(file));
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}
