/** config/default.yaml: every default of the schema outside the models, with its description, range and unit as a comment. */

import { stringify } from 'yaml';
import { configurationSchema } from '../../src/config/schema/configuration.js';
import { describeAccepted } from '../../src/config/validation.js';
import type { JsonSchema } from '../../src/kernel/json-schema.js';
import type { Generator } from './contract.js';
import { comment } from './yaml-comment.js';

function keyLines(key: string, schema: JsonSchema, indent: string): string[] {
  // A mapping none of whose keys has to be there is a value like any other.
  if (Object.values(schema.properties ?? {}).some((property) => 'default' in property)) {
    const nested = Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
      keyLines(name, property, `${indent}  `),
    );
    return ['', ...comment(schema.description ?? '', indent), `${indent}${key}:`, ...nested];
  }
  const unit = schema['x-unit'] === undefined ? '' : ` (${schema['x-unit']})`;
  const accepted = schema.type === 'boolean' ? '' : ` Accepts ${describeAccepted(schema)}${unit}.`;
  const value = stringify(schema.default, { flow: true, defaultStringType: 'QUOTE_DOUBLE' } as object).trim();
  return [...comment(`${schema.description}${accepted}`, indent), `${indent}${key}: ${value}`];
}

const head = `# yaml-language-server: $schema=schema.json
# Generated from src/config/schema by \`npm run generate\`: do not edit. Write a file of your own that holds what differs.
# The defaults of \`providers\`, the model catalogue, are in profiles/.`;

export const defaultConfiguration: Generator = () => {
  const { providers: _catalogue, ...sections } = configurationSchema.properties;
  const lines = Object.entries(sections).flatMap(([name, schema]) => keyLines(name, schema, ''));
  return [{ path: 'config/default.yaml', content: `${head}\n${lines.join('\n')}\n` }];
};
