/**
 * What the tests of the documentation need to know about a Markdown page: its fenced blocks with the markers above them, the anchors that
 * can be linked to, and its links. Not a Markdown parser: it knows the forms that this repository uses, and CommonMark's rules for fences.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { packageRoot } from '../../src/kernel/package-root.js';

/** `<!-- name: value -->` on a line of its own, right above a block. */
export interface Marker {
  readonly name: string;
  readonly value: string;
}

export interface Block {
  /** The first word behind the fence; empty for none. */
  readonly language: string;
  readonly text: string;
  /** Of its opening fence, from 1. */
  readonly line: number;
  readonly markers: readonly Marker[];
  /** Nothing but blank lines and markers stands between it and the block before. */
  readonly isRightBehindBlock: boolean;
}

export interface Link {
  readonly target: string;
  readonly line: number;
}

export interface Page {
  /** Relative to the repository. */
  readonly path: string;
  readonly blocks: readonly Block[];
  readonly anchors: ReadonlySet<string>;
  readonly links: readonly Link[];
}

const MARKER = /^\s*<!--\s*([a-z]+)\s*:\s*(.*?)\s*-->\s*$/;
const FENCE = /^(\s*)(`{3,}|~{3,})\s*(\S*)/;
const SKIPPED_FOLDERS = new Set(['node_modules', 'dist', '.git', 'coverage']);

/** Paths of all Markdown files below a folder of the repository (`.` is all of it), sorted. */
export function markdownPaths(folder: string): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(join(packageRoot, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name)) found.push(...markdownPaths(path));
    else if (entry.isFile() && entry.name.endsWith('.md')) found.push(path);
  }
  return found.sort();
}

export function readPage(path: string): Page {
  return parsePage(relative('.', path), readFileSync(join(packageRoot, path), 'utf8'));
}

export function parsePage(path: string, text: string): Page {
  const lines = text.split('\n');
  const blocks: Block[] = [];
  const prose: string[] = [];
  let markers: Marker[] = [];
  let isRightBehindBlock = false;
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    const marker = MARKER.exec(line);
    const fence = FENCE.exec(line);
    if (fence !== null) {
      const end = endOfBlock(lines, at, fence[2]!);
      const content = lines.slice(at + 1, end).map((each) => withoutIndent(each, fence[1]!.length));
      blocks.push({ language: fence[3]!, text: content.join('\n'), line: at + 1, markers, isRightBehindBlock });
      for (; at < end; at++) prose.push('');
      markers = [];
      isRightBehindBlock = true;
    } else if (marker !== null) {
      markers.push({ name: marker[1]!, value: marker[2]! });
    } else if (line.trim() !== '') {
      markers = [];
      isRightBehindBlock = false;
    }
    prose.push(fence === null ? line : '');
  }
  return { path, blocks, anchors: anchorsOf(prose), links: linksOf(prose) };
}

function endOfBlock(lines: readonly string[], start: number, fence: string): number {
  const closing = new RegExp(`^\\s*${fence[0]}{${fence.length},}\\s*$`);
  const end = lines.findIndex((line, at) => at > start && closing.test(line));
  return end === -1 ? lines.length : end;
}

function withoutIndent(line: string, indent: number): string {
  return line.slice(Math.min(indent, line.length - line.trimStart().length));
}

/** As GitHub makes them: small letters, no punctuation but hyphens, spaces as hyphens, `-1`, `-2` … for repeated ones. */
function anchorsOf(prose: readonly string[]): Set<string> {
  const anchors = new Set<string>();
  const counts = new Map<string, number>();
  for (const line of prose) {
    for (const [, name] of line.matchAll(/<a\s+(?:id|name)="([^"]+)"/g)) anchors.add(name!);
    const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(line);
    if (heading === null) continue;
    const slug = slugOf(heading[1]!);
    const count = counts.get(slug) ?? 0;
    counts.set(slug, count + 1);
    anchors.add(count === 0 ? slug : `${slug}-${count}`);
  }
  return anchors;
}

function slugOf(heading: string): string {
  return heading
    .replace(/<[^>]*>/g, '')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
}

function linksOf(prose: readonly string[]): Link[] {
  const links: Link[] = [];
  prose.forEach((line, index) => {
    const text = line.replace(/`[^`]*`/g, '');
    for (const [, target] of text.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)) {
      links.push({ target: target!, line: index + 1 });
    }
    const definition = /^\s{0,3}\[[^\]]+\]:\s+(\S+)/.exec(text);
    if (definition !== null) links.push({ target: definition[1]!, line: index + 1 });
    for (const [, target] of text.matchAll(/<(?:a|img)\s[^>]*(?:href|src)="([^"]+)"/g)) {
      links.push({ target: target!, line: index + 1 });
    }
  });
  return links;
}
