/** The architecture's rules hold for src/ and workers/, and each rule is shown to notice a planted violation. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { packageRoot } from '../../src/kernel/package-root.js';
import { graphOf, type ImportGraph, readGraph } from './import-graph.js';
import * as rules from './rules.js';

const graph = readGraph(packageRoot, ['src', 'workers']);

/** What the rule says about the planted modules beyond what it says about the real ones. */
function planted(rule: (graph: ImportGraph) => string[], files: { [path: string]: string }): string[] {
  const plants = graphOf(files);
  const both = {
    modules: new Map([...graph.modules, ...plants.modules]),
    edges: [...graph.edges, ...plants.edges],
  };
  const known = new Set(rule(graph));
  return rule(both).filter((violation) => !known.has(violation));
}

test('the scan has seen the project', () => {
  assert.ok(graph.modules.size > 80, `${graph.modules.size} modules`);
  assert.ok(graph.edges.length > 300, `${graph.edges.length} imports`);
  const seen = (from: string, to: string) => graph.edges.some((edge) => edge.from === from && edge.to === to);
  assert.ok(seen('src/main.ts', 'src/cli/program.ts'), 'a static import');
  assert.ok(seen('src/cli/program.ts', 'src/cli/serve.ts'), 'a dynamic import');
  assert.ok(seen('src/index.ts', 'src/kernel/failure.ts'), 're-export and import');
  assert.ok(seen('src/server/transport/uws.ts', 'uWebSockets.js'), 'require and typeof import');
});

describe('layers', () => {
  test('every module has its layer', () => assert.deepEqual(rules.misplaced(graph), []));
  test('imports point down only', () => assert.deepEqual(rules.upward(graph), []));
  test('worker threads and server share types only', () => assert.deepEqual(rules.threadEntanglements(graph), []));

  test('a folder outside the table is noticed', () => {
    assert.deepEqual(planted(rules.misplaced, { 'src/utils/all.ts': '' }), ['src/utils/all.ts is in no layer']);
  });

  const upward: [string, string, string][] = [
    ['an import from the layer above', 'src/kernel/x.ts', "import { a } from '../runtime/byte-ring.js';"],
    ['a dynamic import', 'src/engine/x.ts', "const a = await import('../server/routes.js');"],
    ['an import of types only', 'src/runtime/x.ts', "import type { A } from '../config/snapshot.js';"],
    ['a re-export', 'src/server/x.ts', "export { a } from '../cluster/primary.js';"],
    ['a re-export of everything', 'src/config/x.ts', "export * from '../engine/rng.js';"],
    ['an import for its effects', 'src/cluster/x.ts', "import '../cli/program.js';"],
    ['an import of a sibling', 'src/latency/x.ts', "import { a } from '../content/language-text.js';"],
    ["an import of a sibling's types", 'src/content/x.ts', "import type { A } from '../latency/registry.js';"],
    ["the value of a sibling's contract", 'src/content/x.ts', "import { a } from '../latency/contract.js';"],
    ['the library imported from below', 'src/cli/x.ts', "import { startSimulator } from '../index.js';"],
    ['the sources imported from a thread upward', 'workers/x.ts', "import { a } from '../src/cluster/primary.js';"],
    ['a module that does not exist', 'src/cli/x.ts', "import { a } from './nothing.js';"],
  ];
  for (const [story, path, text] of upward) {
    test(`${story} is noticed`, () => {
      const violations = planted(rules.upward, { [path]: text });
      assert.equal(violations.length, 1);
      assert.match(violations[0] as string, new RegExp(`^${path} imports `));
    });
  }

  test("an import of the types of a sibling's contract is allowed", () => {
    const files = { 'src/providers/x.ts': "import type { Tokenizer } from '../content/contract.js';" };
    assert.deepEqual(planted(rules.upward, files), []);
  });

  test('a thread that loads the server, and a server that loads a thread, are noticed', () => {
    const files = {
      'workers/x.ts': "import { a } from '../src/server/routes.js';",
      'src/server/x.ts': "import type { A } from '../../workers/render.js';",
    };
    assert.equal(planted(rules.threadEntanglements, files).length, 2);
  });
});

describe('cycles', () => {
  test('there is none among imports that exist at run time', () => assert.deepEqual(rules.cycles(graph), []));

  test('a cycle of three modules is noticed', () => {
    const files = {
      'src/kernel/a.ts': "import './b.js';",
      'src/kernel/b.ts': "export * from './c.js';",
      'src/kernel/c.ts': "await import('./a.js');",
    };
    assert.deepEqual(planted(rules.cycles, files), [
      'src/kernel/a.ts → src/kernel/b.ts → src/kernel/c.ts → src/kernel/a.ts',
    ]);
  });

  test('a module that imports itself is noticed, a circle of types is not one', () => {
    const files = {
      'src/kernel/self.ts': "import { a } from './self.js';",
      'src/kernel/a.ts': "import type { B } from './b.js';",
      'src/kernel/b.ts': "import { a } from './a.js';",
    };
    assert.deepEqual(planted(rules.cycles, files), ['src/kernel/self.ts → src/kernel/self.ts']);
  });
});

describe('purity', () => {
  test('engine, providers, content and latency are pure', () => assert.deepEqual(rules.impurities(graph), []));

  const impure: [string, string][] = [
    ["import { readFileSync } from 'node:fs';", 'imports node:fs'],
    ["import type { Buffer } from 'node:buffer';", 'imports node:buffer'],
    ['const now = Date.now();', 'uses Date.now'],
    [`const now = \`\${Date.now()}\`;`, 'uses Date.now'],
    ['const r = Math\n  .random();', 'uses Math.random'],
    ['const t = performance.now;', 'uses performance.now'],
    ['const e = process.env.HOME;', 'uses process'],
    ['const e = globalThis.process?.env;', 'uses process'],
    ['const d = new Date();', 'uses new Date'],
  ];
  for (const [text, expected] of impure) {
    test(`${text} is noticed`, () => {
      for (const folder of rules.PURE) {
        assert.deepEqual(planted(rules.impurities, { [`${folder}x.ts`]: text }), [`${folder}x.ts ${expected}`]);
      }
    });
  }

  test('words in comments and texts, and other folders, are free', () => {
    const files = {
      'src/engine/x.ts':
        "/* Date.now() */ // Math.random()\nconst text = 'process.env';\nconst at = now(Date.parse(a));",
      'src/server/x.ts': "import 'node:fs'; Date.now();",
    };
    assert.deepEqual(planted(rules.impurities, files), []);
  });
});

describe('packages', () => {
  test('each is named in one place', () => assert.deepEqual(rules.strayPackages(graph), []));

  test('the table is the list of dependencies', () => {
    const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
    const listed = Object.keys({ ...dependencies, ...optionalDependencies });
    assert.deepEqual(Object.keys(rules.IMPORTERS).sort(), listed.sort());
  });

  for (const name of Object.keys(rules.IMPORTERS)) {
    test(`a second importer of ${name} is noticed`, () => {
      const files = { 'src/kernel/x.ts': `import { a } from '${name}/deep/path';` };
      assert.deepEqual(planted(rules.strayPackages, files), [`src/kernel/x.ts imports the package ${name}`]);
    });
  }

  const forms = [
    "import type { A } from 'yaml';",
    "const a = await import('yaml');",
    "const a = createRequire(import.meta.url)('yaml');",
    "export type A = typeof import('yaml');",
    "import a from 'left-pad';",
    "import a from '@scope/package/path';",
  ];
  for (const form of forms) {
    test(`${form} is noticed`, () => {
      assert.equal(planted(rules.strayPackages, { 'src/cluster/x.ts': form }).length, 1);
    });
  }
});

describe('length', () => {
  test(`no module has more than ${rules.LINES_MAX} lines`, () => assert.deepEqual(rules.overlong(graph), []));

  test('one line more is noticed', () => {
    const files = { 'src/kernel/a.ts': 'a;\n'.repeat(400), 'src/kernel/b.ts': 'a;\n'.repeat(401) };
    assert.deepEqual(planted(rules.overlong, files), ['src/kernel/b.ts has 401 lines, more than 400']);
  });
});
