// Loads every module of an assembled folder and everything that they import only when it is needed, to see that nothing that a server
// reads has been left out. Runs under the Node that the folder is for, from standard input or --eval:
//
//   node --experimental-import-meta-resolve --input-type=module --eval "$(cat scripts/distribution/load-everything.js)" FOLDER
//
// The option is for resolving a package's name as the folder's own modules do. Prints how many modules and packages it has loaded; exit code
// 1 and the reason where one does not load.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// They begin to work when they are loaded, or expect to be a process or thread of the simulator's.
const programs = new Set(['src/main.js', 'src/healthcheck.js', 'src/cluster/acceptor-process.js']);
const isProgram = (name) => programs.has(name) || name.startsWith('workers/');
const dist = join(process.argv[1], 'dist');
const modules = readdirSync(dist, { recursive: true }).filter((name) => name.endsWith('.js'));
const imported = /(?:\bfrom|\bimport|\bimport\(|\brequire\(|createRequire\(import\.meta\.url\)\()\s*'(@?\w[\w./:-]*)'/g;
const packages = new Map();

for (const name of modules) {
  const text = readFileSync(join(dist, name), 'utf8');
  for (const [, specifier] of text.matchAll(imported)) {
    if (!specifier.startsWith('node:')) packages.set(specifier, pathToFileURL(join(dist, name)).href);
  }
}
if (modules.length < 100 || packages.size < 10)
  throw new Error(`${modules.length} modules and ${packages.size} packages: that is not all`);

for (const name of modules) if (!isProgram(name)) await import(pathToFileURL(join(dist, name)).href);
for (const [specifier, from] of packages) {
  try {
    await import(import.meta.resolve(specifier, from));
  } catch (error) {
    // On older systems uWebSockets.js is there and does not load, and the server does without it.
    if (!/GLIBC_\S+' not found/.test(error.message)) throw error;
  }
}
console.log(`${modules.length} modules and ${packages.size} packages load`);
process.exit(0);
