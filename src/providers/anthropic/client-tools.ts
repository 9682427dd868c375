/**
 * The tools that Anthropic defines and the client runs: their names, what a model would plausibly send them, and what their definitions
 * cost in the prompt. Types and names: ToolUnion and BetaToolUnion of Anthropic's SDK. Token counts: the tool use pages of Anthropic's
 * documentation; those without a figure there are assumed.
 */
import { aBoolean, anObject, type Fields, integer } from './field-rules.js';

export interface ClientTool {
  readonly name: string;
  /** JSON Schema of inputs that the tool understands. */
  readonly input: object;
  readonly promptTokens: number;
  readonly fields?: Fields;
}

/** A family of tools behind one definition that has no name: the model calls its members. */
export interface ClientToolset {
  readonly toolset: string;
  /** The member that a reply calls, with an empty input. */
  readonly member: string;
  readonly promptTokens: number;
}

const BASH_COMMANDS = ['pwd', 'ls -la', 'git status --short', 'uname -a', 'cat README.md', 'grep -rn "export" src'];

const BASH: ClientTool = { name: 'bash', input: inputOf({ command: BASH_COMMANDS }), promptTokens: 245 };

const EDITOR_INPUT = inputOf({ command: ['view'], path: ['README.md', 'src/main.ts', 'package.json', 'docs/'] });
const OLD_EDITOR: ClientTool = { name: 'str_replace_editor', input: EDITOR_INPUT, promptTokens: 700 };
const EDITOR: ClientTool = {
  name: 'str_replace_based_edit_tool',
  input: EDITOR_INPUT,
  promptTokens: 700,
  fields: { optional: { max_characters: integer(1) } },
};

const COMPUTER: ClientTool = {
  name: 'computer',
  input: inputOf({ action: ['screenshot', 'cursor_position'] }),
  promptTokens: 735,
  fields: {
    required: { display_height_px: integer(1), display_width_px: integer(1) },
    optional: { display_number: integer(0), enable_zoom: aBoolean },
  },
};

const MEMORY: ClientTool = {
  name: 'memory',
  input: inputOf({ command: ['view'], path: ['/memories'] }),
  promptTokens: 700,
};

export const CLIENT_TOOLS: { readonly [type: string]: ClientTool } = {
  bash_20241022: BASH,
  bash_20250124: BASH,
  text_editor_20241022: OLD_EDITOR,
  text_editor_20250124: OLD_EDITOR,
  text_editor_20250429: EDITOR,
  text_editor_20250728: EDITOR,
  computer_20241022: COMPUTER,
  computer_20250124: COMPUTER,
  computer_20251124: COMPUTER,
  memory_20250818: MEMORY,
};

export const CLIENT_TOOLSETS: { readonly [type: string]: ClientToolset } = {
  browser_toolset_20260801: { toolset: 'browser', member: 'screenshot', promptTokens: 2_000 },
  computer_toolset_20260801: { toolset: 'computer', member: 'screenshot', promptTokens: 735 },
};

/** The fields of a toolset's definition besides those of every tool. */
export const TOOLSET_FIELDS: Fields = { optional: { configs: anObject } };

/** An object that takes one of the given texts in each of its fields. */
function inputOf(fields: { readonly [field: string]: readonly string[] }): object {
  return {
    type: 'object',
    properties: Object.fromEntries(Object.entries(fields).map(([field, texts]) => [field, { enum: texts }])),
    required: Object.keys(fields),
    additionalProperties: false,
  };
}
