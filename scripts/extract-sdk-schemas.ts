/**
 * Makes test/schemas/anthropic.json and test/schemas/gemini.json from the types of the official SDKs that are installed. Run by hand after
 * an update of one of them, and look at the difference:
 *
 *   npx tsx scripts/extract-sdk-schemas.ts
 *
 * Equal packages give equal bytes. What the types do not say about the wire is corrected in scripts/schemas/, each time with its reason.
 */
import { ANTHROPIC_PACKAGES, anthropicSchemas } from './schemas/anthropic.js';
import { GEMINI_PACKAGE, geminiSchemas } from './schemas/gemini.js';
import { versionOf } from './schemas/sdk-types.js';
import { writeSchemas } from './schemas/write-schemas.js';

const madeFrom = (packages: readonly string[]) =>
  `Made by scripts/extract-sdk-schemas.ts from the types of ${packages.map((name) => `${name} (${versionOf(name)})`).join(' and ')}`;

writeSchemas({
  target: 'test/schemas/anthropic.json',
  id: 'anthropic',
  comment: `${madeFrom(ANTHROPIC_PACKAGES)}, Copyright Anthropic, PBC, Apache-2.0 licence. Do not edit.`,
  definitions: anthropicSchemas(),
});
writeSchemas({
  target: 'test/schemas/gemini.json',
  id: 'gemini',
  comment: `${madeFrom([GEMINI_PACKAGE])}, Copyright Google LLC, Apache-2.0 licence. Do not edit.`,
  definitions: geminiSchemas(),
});
