/** The OpenAPI document of the whole surface, read from the package at the first request and kept. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../kernel/package-root.js';

const DOCUMENT = join(packageRoot, 'docs/openapi.json');

let read: Promise<Buffer> | undefined;

/** Rejects when the package lacks the file; the next call tries again. */
export function openapiDocument(): Promise<Buffer> {
  read ??= readFile(DOCUMENT).catch((cause) => {
    read = undefined;
    throw cause;
  });
  return read;
}
