/** A tarball whose bytes follow from its content alone: sorted names, one time for all, no owners' names, no umask. Needs GNU tar and gzip. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';

const PACK_MS_MAX = 5 * 60_000;

/**
 * Packs what lies in the folder, without the folder itself.
 * @param epochSecs modification time of every entry, s since 1970
 */
export function pack(folder: string, archive: string, epochSecs: number): void {
  const uncompressed = archive.replace(/\.gz$/, '');
  const same = ['--sort=name', `--mtime=@${epochSecs}`, '--owner=0', '--group=0', '--numeric-owner', '--format=gnu'];
  const entries = readdirSync(folder).sort();
  const options = { timeout: PACK_MS_MAX, env: { ...process.env, LC_ALL: 'C' } };
  execFileSync('tar', [...same, '--mode=u=rwX,go=rX', '-C', folder, '-cf', uncompressed, ...entries], options);
  // Without a name and a time in its head; an archive of that name is replaced.
  execFileSync('gzip', ['--no-name', '--force', uncompressed], options);
}

/** Writes checksums as `sha256sum --check` reads them, by file name without its folder. */
export function writeChecksums(file: string, paths: readonly string[]): void {
  const line = (path: string) =>
    `${createHash('sha256').update(readFileSync(path)).digest('hex')}  ${basename(path)}\n`;
  writeFileSync(file, paths.map(line).join(''));
}
