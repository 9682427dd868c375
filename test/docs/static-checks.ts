/**
 * What can be said of a command block without running it: that bash can read it, that the repository's files and scripts that it names
 * are there, and that the program has the commands that it uses.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { packageRoot } from '../../src/kernel/package-root.js';
import type { Command } from './command-blocks.js';

const SCRIPTS: { readonly [name: string]: string } = JSON.parse(
  readFileSync(join(packageRoot, 'package.json'), 'utf8'),
).scripts;
const VERBS = new Set(['serve', 'validate', 'plan', 'scenarios', 'load', 'compare']);
/** Folders of the repository; a word that begins with one of them is a path in it. */
const REPOSITORY_PATH =
  /(?<![\w./:@-])(?:\.\/)?((?:deploy|k8s|scripts|config|docs|bench|src|test|workers)\/[\w./-]*[\w/])/g;

/** What is wrong with the text of a command, in words. */
export function staticProblems({ text, notRun }: Pick<Command, 'text' | 'notRun'>): string[] {
  const problems: string[] = [];
  const syntax = spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' });
  if (syntax.status !== 0) problems.push(`bash cannot read it: ${syntax.stderr.trim()}`);
  if (notRun === undefined) return problems;
  for (const [, path] of text.matchAll(REPOSITORY_PATH)) {
    if (!isThere(path!)) problems.push(`${path} is not in the repository`);
  }
  for (const [, name] of text.matchAll(
    /\bnpm (?:run )?(?:--silent )?((?:bench|verify|generate|test|lint|package|fuzz)[\w:-]*)/g,
  )) {
    if (!(name! in SCRIPTS)) problems.push(`package.json has no script ${name}`);
  }
  for (const [, verb] of text.matchAll(/(?:^|[\s/])llm-simulator ([a-z]+)\b/g)) {
    if (/^\s*llm-simulator\b/m.test(text) && !VERBS.has(verb!)) problems.push(`llm-simulator has no command ${verb}`);
  }
  return problems;
}

/** Test files are named by the beginning of their paths. */
function isThere(path: string): boolean {
  if (existsSync(join(packageRoot, path))) return true;
  const folder = join(packageRoot, dirname(path));
  return (
    path.startsWith('test/') &&
    existsSync(folder) &&
    readdirSync(folder).some((name) => name.startsWith(basename(path)))
  );
}
