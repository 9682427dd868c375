import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importsOf, tokenize } from './source-scanner.js';

const scan = (text: string) =>
  importsOf(tokenize(text)).map(({ specifier, typeOnly }) => `${typeOnly ? 'type ' : ''}${specifier}`);

const table: [string, string, string[]][] = [
  ['a default import', "import a from 'x';", ['x']],
  ['named imports over several lines', "import {\n  a,\n  type B,\n} from 'x';", ['x']],
  ['a namespace import', 'import * as a from "x";', ['x']],
  ['an import for its effects', "import 'x';", ['x']],
  ['an import of types', "import type { A } from 'x';", ['type x']],
  ['something that is called type', "import type from 'x'; import type, { b } from 'y';", ['x', 'y']],
  ['types among values load the module', "import { type A } from 'x';", ['x']],
  ['re-exports', "export { a } from 'x'; export * from 'y'; export * as z from 'z';", ['x', 'y', 'z']],
  ['re-exports of types', "export type { A } from 'x'; export type * from 'y';", ['type x', 'type y']],
  ['exports without a source', "export const from = 'x'; export { from }; export default 'y';", []],
  ['a dynamic import', "const { a } = await import('x');", ['x']],
  ['a dynamic import in a template literal', `const a = \`\${await import('x')} 'y'\`;`, ['x']],
  ['the type of a module', "type A = typeof import('x');", ['type x']],
  ['requires', "require('x'); createRequire(import.meta.url)('y');", ['x', 'y']],
  ['the module itself is no import', 'const here = import.meta.url;', []],
  ['comments', "// import a from 'x';\n/* import 'y'; */\nimport 'z';", ['z']],
  ['strings', `const a = "import b from 'x'"; const c = 'it\\'s'; import 'z';`, ['z']],
  ['template literals', `const a = \`import b from 'x' \${f({ a: \`}\` })} \`; import 'z';`, ['z']],
  ['regular expressions with quotes', "const a = /['\"`]/.test(b); const c = d / e; import 'z';", ['z']],
  ['regular expressions with slashes', "const a = b.replace(/[/]\\/\\*/g, ''); import 'z';", ['z']],
  ['a property of that name', "a.import('x'); a.export;", []],
];

for (const [story, text, expected] of table) {
  test(`the scanner understands ${story}`, () => assert.deepEqual(scan(text), expected));
}
