/**
 * What a document from JSON Schema costs: warm, with its schema compiled before, and cold, which is a schema that nobody has sent yet.
 * The tool is a typical one of five properties; the customer has nested objects, formats, patterns, unions and lists.
 */
import type { Bench } from 'tinybench';
import { JsonDocuments } from '../../src/content/json/json-documents.js';
import { schemaProblem } from '../../src/content/json/schema-problem.js';
import { seededRandom } from '../../src/engine/rng.js';

const tool = {
  type: 'object',
  properties: {
    location: { type: 'string', description: 'City and country e.g. Bogotá, Colombia' },
    unit: { type: 'string', enum: ['celsius', 'fahrenheit'] },
    days: { type: 'integer', minimum: 1, maximum: 14 },
    date: { type: 'string', format: 'date' },
    tags: { type: 'array', items: { type: 'string' } },
  },
  required: ['location', 'unit', 'days', 'date', 'tags'],
  additionalProperties: false,
};

const address = {
  type: 'object',
  properties: {
    street: { type: 'string' },
    zip_code: { type: 'string', pattern: '^\\d{5}(-\\d{4})?$' },
    country: { anyOf: [{ type: 'string', minLength: 2, maxLength: 2 }, { type: 'null' }] },
  },
  required: ['street', 'zip_code'],
};
const customer = {
  type: 'object',
  properties: {
    id: { type: 'string', format: 'uuid' },
    name: { type: 'string', minLength: 2, maxLength: 40 },
    addresses: { type: 'array', items: { $ref: '#/$defs/address' }, minItems: 2, maxItems: 2 },
    contact: {
      oneOf: [
        { type: 'string', format: 'email' },
        { type: 'object', properties: { phone: { type: 'string' } }, required: ['phone'] },
      ],
    },
    notes: { type: 'array', items: { type: 'string' }, uniqueItems: true },
  },
  required: ['id', 'name', 'addresses', 'contact', 'notes'],
  $defs: { address },
};

export function register(bench: Bench): void {
  const key = Uint32Array.of(1, 2, 3, 4);
  const documents = new JsonDocuments();
  let seed = 0;
  const write = (schema: object): string => documents.write(schema, seededRandom(seed++, key, 0));

  bench
    .add('document of a tool, warm', () => {
      write(tool);
    })
    .add('document of a customer, warm', () => {
      write(customer);
    })
    .add('document of a tool, cold', () => {
      write({ ...tool, title: `Tool ${seed}` });
    })
    .add('problem of a tool', () => {
      schemaProblem(tool);
    });
}
