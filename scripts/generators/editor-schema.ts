/** config/schema.json: the configuration's JSON Schema for editors and for users of the package. */
import { schemaWithDefinitions } from '../../src/config/schema/definitions.js';
import type { Generator } from './contract.js';

export const editorSchema: Generator = () => {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'urn:llm-simulator:configuration',
    title: 'LLM-Simulator configuration',
    description: 'A file holds any part of it; what it leaves out keeps its default.',
    ...schemaWithDefinitions(),
  };
  return [{ path: 'config/schema.json', content: `${JSON.stringify(schema, null, 2)}\n` }];
};
