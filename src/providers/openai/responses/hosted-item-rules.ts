/** Items of tools that the API or the client's machine runs: searches, interpreters, shells, patches, screens, programs. */
import { aString, type FieldRule, integer, stringOf, wrongType } from '../field-rules.js';
import { caller, callId, itemStatus, longText } from './content-rules.js';
import { anyJson, document, list, mapOf, object, oneOf, type Rules, tagged, variant } from './shape-rules.js';

const strings = list(aString, { noun: 'strings' });
const anInteger = integer(Number.MIN_SAFE_INTEGER);

const POINT: Rules = { x: anInteger, y: anInteger };
const keys: Rules = { keys: strings };
const computerAction = tagged({
  click: variant({ button: oneOf('left', 'right', 'wheel', 'back', 'forward'), ...POINT }, keys),
  double_click: variant(POINT, keys),
  drag: variant({ path: list(object(POINT)) }, keys),
  keypress: variant(keys),
  move: variant(POINT, keys),
  screenshot: variant(),
  scroll: variant({ ...POINT, scroll_x: anInteger, scroll_y: anInteger }, keys),
  type: variant({ text: longText }),
  wait: variant(),
});
const safetyChecks = list(object({ id: aString }, { code: aString, message: aString }));

const webSearchAction = tagged({
  search: variant(
    {},
    { query: aString, queries: strings, sources: list(variant({ url: aString }, { title: aString })) },
  ),
  open_page: variant({}, { url: aString }),
  find_in_page: variant({ url: aString, pattern: aString }),
  find: variant({ url: aString, pattern: aString }),
});

const fileResult = object(
  {},
  {
    file_id: aString,
    text: longText,
    filename: aString,
    attributes: document,
    score: anyJson,
    vector_store_id: aString,
  },
);

const interpreterOutput = tagged({ logs: variant({ logs: longText }), image: variant({ url: aString }) });

const shellAction = object({ commands: strings }, { timeout_ms: anInteger, max_output_length: anInteger });
const shellEnvironment = tagged({
  local: variant({}, { skills: list(object({ name: aString, description: aString, path: aString })) }),
  container_reference: variant({ container_id: aString }),
});
const shellOutput = object(
  {
    stdout: longText,
    stderr: longText,
    outcome: tagged({ timeout: variant(), exit: variant({ exit_code: anInteger }) }),
  },
  { created_by: aString },
);

const patchPath = stringOf({ minLength: 1 });
const patchOperation = tagged({
  create_file: variant({ path: patchPath, diff: longText }),
  update_file: variant({ path: patchPath, diff: longText }),
  delete_file: variant({ path: patchPath }),
});

/** Two forms: the text of an older answer, or one of three objects. */
const mcpError: FieldRule = (value, path) => {
  if (typeof value === 'string') return;
  if (typeof value !== 'object') throw wrongType(path, 'one of an object or string', value);
  tagged({
    mcp_protocol_error: variant({ code: anInteger, message: aString }),
    mcp_tool_execution_error: variant({ content: anyJson }),
    http_error: variant({ code: anInteger, message: aString }),
  })(value, path);
};

export const HOSTED_ITEMS: Rules = {
  file_search_call: variant(
    {
      id: aString,
      status: oneOf('in_progress', 'searching', 'completed', 'incomplete', 'failed'),
      queries: strings,
    },
    { results: list(fileResult) },
  ),
  web_search_call: variant(
    { id: aString, status: oneOf('in_progress', 'searching', 'completed', 'failed') },
    { action: webSearchAction },
  ),
  code_interpreter_call: variant(
    {
      id: aString,
      status: oneOf('in_progress', 'completed', 'incomplete', 'interpreting', 'failed'),
      container_id: aString,
    },
    { code: longText, outputs: list(interpreterOutput) },
  ),
  image_generation_call: variant(
    { id: aString },
    {
      status: oneOf('in_progress', 'completed', 'generating', 'failed'),
      result: aString,
      action: aString,
      background: aString,
      output_format: aString,
      quality: aString,
      revised_prompt: aString,
      size: aString,
    },
  ),
  computer_call: variant(
    { id: aString, call_id: callId, pending_safety_checks: safetyChecks, status: itemStatus },
    { action: computerAction, actions: list(computerAction) },
  ),
  computer_call_output: variant(
    {
      call_id: callId,
      output: tagged({ computer_screenshot: variant({}, { image_url: aString, file_id: aString, detail: aString }) }),
    },
    { id: aString, status: itemStatus, acknowledged_safety_checks: safetyChecks, created_by: aString },
  ),
  local_shell_call: variant({
    id: aString,
    call_id: callId,
    status: itemStatus,
    action: tagged({
      exec: variant(
        { command: strings, env: mapOf(aString) },
        { timeout_ms: anInteger, working_directory: aString, user: aString },
      ),
    }),
  }),
  local_shell_call_output: variant({ id: aString, output: longText }, { call_id: callId, status: itemStatus }),
  shell_call: variant(
    { call_id: callId, action: shellAction },
    { id: aString, status: itemStatus, caller, environment: shellEnvironment, created_by: aString },
  ),
  shell_call_output: variant(
    { call_id: callId, output: list(shellOutput) },
    { id: aString, status: itemStatus, caller, max_output_length: anInteger, created_by: aString },
  ),
  apply_patch_call: variant(
    { call_id: callId, status: oneOf('in_progress', 'completed'), operation: patchOperation },
    { id: aString, caller, created_by: aString },
  ),
  apply_patch_call_output: variant(
    { call_id: callId, status: oneOf('completed', 'failed') },
    { id: aString, caller, output: longText, created_by: aString },
  ),
  mcp_call: variant(
    { id: aString, server_label: aString, name: aString, arguments: longText },
    {
      output: longText,
      error: mcpError,
      status: oneOf('in_progress', 'completed', 'incomplete', 'calling', 'failed'),
      approval_request_id: aString,
    },
  ),
  program: variant({ id: aString, call_id: callId, code: longText, fingerprint: longText }),
  program_output: variant({
    id: aString,
    call_id: callId,
    result: longText,
    status: oneOf('completed', 'incomplete'),
  }),
};
