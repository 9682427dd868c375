/**
 * The content blocks that a message may hold and what each of them must look like. Kinds and fields: ContentBlockParam and
 * BetaContentBlockParam of Anthropic's SDK. What server tools left behind (search results, code outputs) is accepted whole.
 */
import { cacheControl } from './cache-control.js';
import {
  aBoolean,
  anObject,
  anything,
  aString,
  type FieldRule,
  type Fields,
  listOf,
  objectOf,
  oneOf,
  stringOr,
  taggedBy,
  textLike,
} from './field-rules.js';

/** The form of every tool call's id. */
const TOOL_ID_PATTERN = '^[a-zA-Z0-9_-]+$';
const IMAGE_TYPES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];

const type: FieldRule = anything;
const caller = anObject;

/** A block whose fields these are, besides its type. */
function block({ required, optional }: Fields): FieldRule {
  return objectOf({ required: { type, ...required }, optional });
}

/** A block that may be a cache breakpoint. */
function cacheable({ required, optional }: Fields): FieldRule {
  return block({ required, optional: { cache_control: cacheControl, ...optional } });
}

export const textBlock = cacheable({ required: { text: aString }, optional: { citations: listOf(anObject) } });

const fileSource = block({ required: { file_id: aString } });
const urlSource = block({ required: { url: aString } });

const imageBlock = cacheable({
  required: {
    source: taggedBy({
      base64: block({ required: { data: aString, media_type: oneOf(...IMAGE_TYPES) } }),
      url: urlSource,
      file: fileSource,
    }),
  },
  optional: { transformations: objectOf({ optional: { oversized_image: oneOf('downsize', 'error') } }) },
});

const citationsSwitch = objectOf({ optional: { enabled: aBoolean } });

const documentBlock = cacheable({
  required: {
    source: taggedBy({
      base64: block({ required: { data: aString, media_type: oneOf('application/pdf') } }),
      text: block({ required: { data: aString, media_type: oneOf('text/plain') } }),
      content: block({ required: { content: stringOr(listOf(taggedBy({ text: textBlock, image: imageBlock }))) } }),
      url: urlSource,
      file: fileSource,
    }),
  },
  optional: { citations: citationsSwitch, context: aString, title: aString },
});

const searchResultBlock = cacheable({
  required: { content: listOf(taggedBy({ text: textBlock })), source: aString, title: aString },
  optional: { citations: citationsSwitch },
});

const toolCall = { id: textLike(TOOL_ID_PATTERN), input: anObject, name: aString };

const toolResultBlock = cacheable({
  required: { tool_use_id: textLike(TOOL_ID_PATTERN) },
  optional: {
    content: stringOr(
      listOf(
        taggedBy({
          text: textBlock,
          image: imageBlock,
          document: documentBlock,
          search_result: searchResultBlock,
          tool_reference: cacheable({ required: { tool_name: aString } }),
          browser_state: cacheable({
            required: { tabs: listOf(anObject) },
            optional: { state_changes: listOf(anObject) },
          }),
        }),
      ),
    ),
    is_error: aBoolean,
    toolset_name: aString,
  },
});

/** What a server tool answered, in the form in which the API sent it. */
const serverToolResult = cacheable({
  required: { content: anything, tool_use_id: textLike(TOOL_ID_PATTERN) },
  optional: { caller },
});

const toolChange = cacheable({ required: { tool: anObject } });

/** The rule of a block in a user's or an assistant's message. */
export const contentBlock = taggedBy({
  text: textBlock,
  image: imageBlock,
  document: documentBlock,
  search_result: searchResultBlock,
  thinking: block({ required: { signature: aString, thinking: aString } }),
  redacted_thinking: block({ required: { data: aString } }),
  tool_use: cacheable({ required: toolCall, optional: { caller, toolset_name: aString } }),
  tool_result: toolResultBlock,
  server_tool_use: cacheable({ required: toolCall, optional: { caller } }),
  web_search_tool_result: serverToolResult,
  web_fetch_tool_result: serverToolResult,
  code_execution_tool_result: serverToolResult,
  bash_code_execution_tool_result: serverToolResult,
  text_editor_code_execution_tool_result: serverToolResult,
  tool_search_tool_result: serverToolResult,
  advisor_tool_result: serverToolResult,
  mcp_tool_use: cacheable({ required: { ...toolCall, server_name: aString } }),
  mcp_tool_result: cacheable({
    required: { tool_use_id: textLike(TOOL_ID_PATTERN) },
    optional: { content: stringOr(listOf(taggedBy({ text: textBlock }))), is_error: aBoolean },
  }),
  mcp_tool_listing: block({ required: { mcp_server_name: aString, tools: listOf(anObject) } }),
  container_upload: cacheable({ required: { file_id: aString } }),
  compaction: cacheable({
    optional: { content: aString, encrypted_content: aString, signature: aString, tool_changes: listOf(anObject) },
  }),
  tool_addition: toolChange,
  tool_removal: toolChange,
  fallback: block({ required: { from: anObject, to: anObject }, optional: { trigger: anything } }),
});

/** The rule of a block in a message of the role `system`. */
export const systemMessageBlock = taggedBy({ text: textBlock, tool_addition: toolChange, tool_removal: toolChange });
