/** The time that everything made of a commit bears, so that the same commit gives the same bytes. */
import { execFileSync } from 'node:child_process';
import { packageRoot } from '../../src/kernel/package-root.js';

/** Seconds since 1970: SOURCE_DATE_EPOCH where it is set, else the commit's time; undefined outside of a repository. */
export function commitTime(environment: NodeJS.ProcessEnv): number | undefined {
  const told = environment.SOURCE_DATE_EPOCH;
  if (told) {
    if (!/^\d{1,11}$/.test(told)) throw new Error(`SOURCE_DATE_EPOCH must be seconds since 1970, got ${told}`);
    return Number(told);
  }
  try {
    const output = execFileSync('git', ['log', '-1', '--format=%ct'], {
      cwd: packageRoot,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return Number(output);
  } catch {
    return undefined;
  }
}
