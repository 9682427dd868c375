/**
 * Which files of an installed node_modules a running server reads. What goes: binaries for other platforms, declarations, source maps,
 * sources that were compiled, documents and tests of the packages, vocabularies that no model uses. Licences stay: they have to.
 *
 * That nothing went that is needed is not argued here but tried: load-everything.js loads every module of what is left.
 */
import { lstatSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** What the folder will run on: names as in `process.platform`, `process.arch` and `process.versions.modules`. */
export interface Target {
  readonly platform: string;
  readonly arch: string;
  /** Node's version for native modules. */
  readonly abi: string;
}

const LICENCE = /^(licen[cs]e|copying|copyright|notice)/i;

/** Endings of files that Node never loads: for compilers, debuggers and people. */
const NEVER_LOADED = /\.(ts|mts|cts|map|md|markdown|html|flow|ico|tsbuildinfo)$/;

/** Folders at the top of a package that hold its own tests and documents. Deeper ones may be code. */
const BESIDE_THE_CODE = new Set(
  '.github .vscode benchmark benchmarks doc docs example examples test tests test-jest __tests__'.split(' '),
);

/** Types alone, and what only these need. */
const TYPES_ONLY = new Set(['json-schema-to-ts', 'ts-algebra', '@babel/runtime']);

/** Of gpt-tokenizer only the vocabularies and split expressions are used; it ships seven of them in four forms. */
const TOKENIZER_FILES = new Set([
  'package.json',
  'esm/package.json',
  'esm/bpeRanks/o200k_base.js',
  'esm/bpeRanks/cl100k_base.js',
  'esm/encodingParams/constants.js',
]);

/** hdr-histogram-js ships its tests, benchmarks and a build for browsers among its modules. */
const HISTOGRAM_EXTRAS = /^dist\/(?:bench\/.*|.*\.spec\.js|.*\.umd\.js)$/;

/**
 * Whether a file of a package is needed at run time.
 * @param name of the package
 * @param path within it, with forward slashes
 */
export function isNeeded(name: string, path: string, { abi, arch, platform }: Target): boolean {
  if (TYPES_ONLY.has(name)) return false;
  const [first] = path.split('/');
  const file = path.slice(path.lastIndexOf('/') + 1);
  if (BESIDE_THE_CODE.has(first) && first !== path) return false;
  if (LICENCE.test(file)) return true;
  if (NEVER_LOADED.test(file) || (file.startsWith('.') && first === path)) return false;
  if (name === 'gpt-tokenizer') return TOKENIZER_FILES.has(path);
  if (name === 'hdr-histogram-js') return !HISTOGRAM_EXTRAS.test(path);
  if (name === 'uWebSockets.js') return !path.endsWith('.node') || path === `uws_${platform}_${arch}_${abi}.node`;
  return true;
}

/** Removes everything else from a node_modules folder, and folders that are empty then. */
export function prune(modules: string, target: Target): void {
  for (const entry of readdirSync(modules)) {
    const path = join(modules, entry);
    // Commands of the packages, and npm's notes.
    if (entry.startsWith('.')) rmSync(path, { recursive: true });
    else if (!entry.startsWith('@')) prunePackage(entry, path, target);
    else for (const name of readdirSync(path)) prunePackage(`${entry}/${name}`, join(path, name), target);
    if (entry.startsWith('@')) removeIfEmpty(path);
  }
}

function prunePackage(name: string, folder: string, target: Target, within = ''): void {
  for (const entry of readdirSync(folder)) {
    const path = join(folder, entry);
    const inPackage = within + entry;
    if (inPackage === 'node_modules') prune(path, target);
    else if (lstatSync(path).isDirectory()) prunePackage(name, path, target, `${inPackage}/`);
    else if (!isNeeded(name, inPackage, target)) rmSync(path);
  }
  removeIfEmpty(folder);
}

function removeIfEmpty(folder: string): void {
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}
