// The module hooks of compiled-sources.js: a module of src/ or workers/ is the one of that name in dist/, and loads as it is.
import { readFile } from 'node:fs/promises';

const root = new URL('../', import.meta.url).href;
const compiled = `${root}dist/`;

export async function resolve(specifier, context, next) {
  if (!specifier.startsWith('.') && !specifier.startsWith('file:')) return next(specifier, context);
  const { href } = new URL(specifier, context.parentURL);
  if (href.startsWith(compiled)) return { url: href, format: 'module', shortCircuit: true };
  const [, name] = /^((?:src|workers)\/.*)\.[jt]s$/.exec(href.startsWith(root) ? href.slice(root.length) : '') ?? [];
  if (name === undefined) return next(specifier, context);
  return { url: `${compiled}${name}.js`, format: 'module', shortCircuit: true };
}

export async function load(url, context, next) {
  if (!url.startsWith(compiled)) return next(url, context);
  return { format: 'module', source: await readFile(new URL(url)), shortCircuit: true };
}
