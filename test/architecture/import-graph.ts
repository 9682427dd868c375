/** Which module imports which: the graph that the rules of the architecture are held against. Built from texts, so that a test can plant one. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { importsOf, type Token, tokenize } from './source-scanner.js';

export interface Edge {
  readonly from: string;
  /** A module of the graph for a relative import, else the specifier as written: `yaml`, `node:fs`. */
  readonly to: string;
  readonly isModule: boolean;
  /** Gone after compilation. */
  readonly typeOnly: boolean;
}

export interface SourceModule {
  readonly path: string;
  readonly lines: number;
  readonly tokens: readonly Token[];
}

export interface ImportGraph {
  readonly modules: ReadonlyMap<string, SourceModule>;
  readonly edges: readonly Edge[];
}

/** @param files the modules' texts by path from the package root, with forward slashes */
export function graphOf(files: { readonly [path: string]: string }): ImportGraph {
  const modules = new Map<string, SourceModule>();
  const edges: Edge[] = [];
  for (const [path, text] of Object.entries(files)) {
    const tokens = tokenize(text);
    modules.set(path, { path, tokens, lines: text.replace(/\n$/, '').split('\n').length });
    for (const { specifier, typeOnly } of importsOf(tokens)) {
      const isModule = specifier.startsWith('.');
      edges.push({ from: path, to: isModule ? resolve(path, specifier) : specifier, isModule, typeOnly });
    }
  }
  return { modules, edges };
}

/** The graph of the TypeScript files under the folders of the package. */
export function readGraph(root: string, folders: readonly string[]): ImportGraph {
  const files: { [path: string]: string } = {};
  for (const folder of folders) {
    for (const name of readdirSync(join(root, folder), { recursive: true }).map(String).sort()) {
      if (!name.endsWith('.ts')) continue;
      const path = posix.join(folder, name.replaceAll('\\', '/'));
      files[path] = readFileSync(join(root, path), 'utf8');
    }
  }
  return graphOf(files);
}

/** The name of a package without the path inside it; undefined for Node's own modules. */
export function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith('node:')) return undefined;
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** The cycles of imports that exist at run time, each as the modules on the way; empty when there is none. */
export function cyclesOf({ modules, edges }: ImportGraph): string[][] {
  const next = new Map<string, string[]>([...modules.keys()].map((path) => [path, []]));
  for (const { from, to, isModule, typeOnly } of edges) if (isModule && !typeOnly) next.get(from)?.push(to);
  const finished = new Set<string>();
  const cycles: string[][] = [];
  const visit = (path: string, way: string[]): void => {
    const first = way.indexOf(path);
    if (first >= 0) cycles.push([...way.slice(first), path]);
    if (first >= 0 || finished.has(path)) return;
    for (const target of next.get(path) ?? []) visit(target, [...way, path]);
    finished.add(path);
  };
  for (const path of modules.keys()) visit(path, []);
  return cycles;
}

function resolve(from: string, specifier: string): string {
  return posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts');
}
