/** Which tool the model may or has to call. Shapes: ToolChoiceParam and what it refers to in OpenAI's published OpenAPI document. */
import { isObject } from '../../../kernel/json-object.js';
import { aString, type FieldRule, missing, wrongType } from '../field-rules.js';
import { document, list, oneOf, type Rules, tagged, variant } from './shape-rules.js';

const allowedTool: FieldRule = (value, path) => {
  if (!isObject(value)) throw wrongType(path, 'an object', value);
  if (value.type === undefined) throw missing(`${path}.type`);
  aString(value.type, `${path}.type`);
  document(value, path);
};

const CHOICES: Rules = {
  allowed_tools: variant({ mode: oneOf('auto', 'required'), tools: list(allowedTool) }),
  function: variant({ name: aString }),
  custom: variant({ name: aString }),
  mcp: variant({ server_label: aString }, { name: aString }),
  ...Object.fromEntries(
    [
      'file_search',
      'web_search',
      'web_search_2025_08_26',
      'web_search_preview',
      'web_search_preview_2025_03_11',
      'computer',
      'computer_use',
      'computer_use_preview',
      'image_generation',
      'code_interpreter',
      'programmatic_tool_calling',
      'apply_patch',
      'shell',
      'local_shell',
    ].map((type) => [type, variant()]),
  ),
};

/** A mode, or one tool that has to be called. */
export const toolChoice: FieldRule = (value, path) => {
  if (typeof value === 'string') oneOf('none', 'auto', 'required')(value, path);
  else if (isObject(value)) tagged(CHOICES)(value, path);
  else throw wrongType(path, "one of an object or 'none', 'auto', or 'required'", value);
};
