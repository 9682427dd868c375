/** Why a file cannot be read, in words to be read after its name or its key; and why one cannot be written, to be read after those words. */

const reasons: { readonly [code: string]: string } = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist: a part of its path is no folder',
  EISDIR: 'is a folder, not a file',
  EACCES: 'cannot be read: permission denied',
  EPERM: 'cannot be read: permission denied',
};

/** @param error what node:fs threw */
export function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return reasons[code ?? ''] ?? `cannot be read: ${code ?? String(error)}`;
}

const writeReasons: { readonly [code: string]: string } = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'a part of its path is no folder',
  EISDIR: 'it is a folder, not a file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left',
};

/** @param error what node:fs or a stream threw */
export function writeReasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return writeReasons[code ?? ''] ?? code ?? message;
}
