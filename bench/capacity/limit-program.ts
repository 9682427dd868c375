/** The bare server in C that the machine's limit is measured with: one that is given, or limit/limit.c compiled where there is a cc. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const SOURCE = join(import.meta.dirname, 'limit/limit.c');

/**
 * @param given a program's path
 * @param folder where a compiled one goes
 * @returns undefined where there is none
 * @throws Error when the one that is given does not exist, or limit.c does not compile
 */
export function limitProgram(given: string | undefined, folder: string): string | undefined {
  if (given !== undefined) {
    if (existsSync(given)) return given;
    throw new Error(`--limit: there is no ${given}`);
  }
  const program = join(folder, 'limit');
  const { error, status, stderr } = spawnSync('cc', ['-O2', '-o', program, SOURCE], { encoding: 'utf8' });
  if (error !== undefined) return undefined;
  if (status !== 0) throw new Error(`cc does not compile ${SOURCE}:\n${stderr}`);
  return program;
}
