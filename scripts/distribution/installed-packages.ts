/** Which packages lie in a node_modules folder, nested ones included. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `name@version` of each, by the name under which it is published, which need not be that of its folder. */
export function installedPackages(modules: string): string[] {
  const folders = readdirSync(modules).flatMap((entry) =>
    entry.startsWith('@') ? readdirSync(join(modules, entry)).map((name) => join(entry, name)) : [entry],
  );
  return folders.flatMap((folder) => packagesAt(join(modules, folder)));
}

function packagesAt(folder: string): string[] {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const within = join(folder, 'node_modules');
  return [`${name}@${version}`, ...(existsSync(within) ? installedPackages(within) : [])];
}
