/** Writes a provider's schemas as one JSON Schema document with a definition a line, so that a change shows as the definitions it touches. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/kernel/package-root.js';

export interface SchemaDocument {
  /** Relative to the package's root. */
  readonly target: string;
  /** What references from outside begin with: `<id>#/$defs/<name>`. */
  readonly id: string;
  /** Where the schemas come from and under which licence. */
  readonly comment: string;
  readonly definitions: { readonly [name: string]: unknown };
}

/** Definitions are sorted by name: equal input gives equal bytes. */
export function writeSchemas({ target, id, comment, definitions }: SchemaDocument): void {
  const head = { $schema: 'https://json-schema.org/draft/2020-12/schema', $id: id, $comment: comment };
  const lines = Object.keys(definitions)
    .sort()
    .map((name) => `${JSON.stringify(name)}: ${JSON.stringify(definitions[name])}`);
  const text = `${JSON.stringify(head).slice(0, -1)}, "$defs": {\n${lines.join(',\n')}\n}}\n`;
  writeFileSync(join(packageRoot, target), text);
  console.log(`wrote ${lines.length} definitions to ${target}`);
}
