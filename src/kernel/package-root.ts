/**
 * Where the package lies on disk, and what its package.json says. The same code runs from the sources (src/) and compiled
 * (dist/src/), so the root is found by walking up to package.json rather than by a fixed number of steps.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function findPackageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`no package.json above ${fileURLToPath(import.meta.url)}`);
    folder = parent;
  }
  return folder;
}

/** Absolute path of the folder that holds package.json. */
export const packageRoot = findPackageRoot();

/** The version in package.json. */
export const packageVersion: string = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')).version;
