/**
 * Every relative link of every Markdown file leads to a file that is there, and every anchor to a heading. So do paths of pages that other
 * files name: an alert's runbook, a message of the program.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, test } from 'node:test';
import { packageRoot } from '../../src/kernel/package-root.js';
import { markdownPaths, type Page, parsePage, readPage } from './markdown-page.js';

/** Without templates of generated pages, whose links begin where the page will be. */
const paths = markdownPaths('.').filter((path) => !path.endsWith('.template.md'));
const pages = new Map(paths.map((path) => [path, readPage(path)]));

/** What is wrong with a link from one page to a path and an anchor, or undefined. */
function defectOf(path: string, anchor: string | undefined): string | undefined {
  if (!existsSync(join(packageRoot, path))) return `${path} does not exist`;
  if (anchor === undefined || anchor === '') return undefined;
  const page = pages.get(path);
  if (page === undefined) return `${path} has no anchors`;
  return page.anchors.has(anchor) ? undefined : `${path} has no #${anchor}`;
}

function brokenLinks(page: Page): string[] {
  return page.links.flatMap(({ target, line }) => {
    if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return [];
    const [path, anchor] = decodeURI(target).split('#');
    const resolved = path === '' ? page.path : normalize(join(dirname(page.path), path!));
    const defect = defectOf(resolved.replace(/\/$/, ''), anchor);
    return defect === undefined ? [] : [`${page.path}:${line} ${target}: ${defect}`];
  });
}

describe('links in Markdown files', () => {
  for (const page of pages.values()) {
    test(page.path, () => assert.deepEqual(brokenLinks(page), []));
  }

  test('a page and an anchor that are gone are found; what is there and what is code is not', () => {
    const text = [
      '[1](gone.md) [2](../README.md#nothing-like-it) [3](../README.md#talk-to-it) [4](../src/) [5](https://example.org/gone.md)',
      '`[6](gone.md)`',
      '```sh',
      '[7](gone.md)',
      '```',
      '[8]: gone/too.md',
    ].join('\n');
    const broken = brokenLinks(parsePage('docs/example.md', text));
    assert.deepEqual(broken, [
      'docs/example.md:1 gone.md: docs/gone.md does not exist',
      'docs/example.md:1 ../README.md#nothing-like-it: README.md has no #nothing-like-it',
      'docs/example.md:6 gone/too.md: docs/gone/too.md does not exist',
    ]);
  });
});

/** Text files below a folder that are no Markdown. */
function textFiles(folder: string): string[] {
  if (!existsSync(join(packageRoot, folder))) return [];
  return readdirSync(join(packageRoot, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.md'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => statSync(path).size < 1_000_000);
}

describe('pages that are named outside of Markdown', () => {
  for (const folder of ['src', 'deploy', 'k8s', 'config', 'scripts', 'bench']) {
    test(folder, () => {
      const defects = textFiles(folder).flatMap((file) =>
        [...readFileSync(file, 'utf8').matchAll(/\b(docs\/[\w/.-]+\.md)(?:#([\w-]+))?/g)]
          .map(([named, path, anchor]) => ({ named, defect: defectOf(path!, anchor) }))
          .filter(({ defect }) => defect !== undefined)
          .map(({ named, defect }) => `${file.slice(packageRoot.length + 1)} ${named}: ${defect}`),
      );
      assert.deepEqual(defects, []);
    });
  }
});

test('the index of the documentation links every page of it', () => {
  const index = pages.get('docs/README.md');
  assert.ok(index, 'docs/README.md');
  const linked = new Set(index.links.map(({ target }) => normalize(join('docs', target.split('#')[0]!))));
  const missing = [...pages.keys()].filter(
    (path) => path.startsWith('docs/') && path !== index.path && !linked.has(path),
  );
  assert.deepEqual(missing, []);
});
