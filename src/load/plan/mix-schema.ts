/** An entry of a plan's `mix`: one kind of request, how long it is, and how its client behaves. */
import type { JsonSchema } from '../../kernel/json-schema.js';
import { lengthSchema } from '../../latency/lengths.js';
import { DIALECTS } from '../contract.js';
import { OUTPUT_TOKENS_MAX, PROMPT_TOKENS_MAX, TURNS_MAX } from '../requests/bounds.js';
import { delaySchema } from './delays.js';

const share = {
  type: 'number',
  minimum: 0,
  maximum: 1,
  description: 'Share of the requests of which this holds.',
} as const;

const conversationSchema = {
  type: 'object',
  description: 'Requests that follow one another, each with all that was said before it.',
  additionalProperties: false,
  default: {},
  properties: {
    turns: {
      ...lengthSchema(TURNS_MAX),
      title: `an integer from 1 to ${TURNS_MAX}, {p50, p95}, or a distribution of tokens that stand for turns`,
      default: 1,
      description: 'How many requests a conversation has, as a length: in the place of tokens stand turns.',
    },
    shared_prefix_tokens: {
      type: 'integer',
      minimum: 0,
      maximum: PROMPT_TOKENS_MAX,
      default: 0,
      description: 'A system prompt that is the same in all conversations of this entry, beside `prompt_tokens`.',
      'x-unit': 'tokens',
    },
    think_time: {
      ...delaySchema,
      default: 0,
      description: "Between the end of an answer and the conversation's next request.",
    },
  },
} as const satisfies JsonSchema;

const cancelSchema = {
  type: 'object',
  description: 'Clients that leave before the end; one of `after` and `after_chunks` says when.',
  additionalProperties: false,
  required: ['share'],
  properties: {
    share,
    after: { ...delaySchema, description: 'Since the request was sent.' },
    after_chunks: {
      type: 'integer',
      minimum: 0,
      maximum: OUTPUT_TOKENS_MAX,
      description: 'Chunks with content that the client has had when it leaves; 0: when the headers are there.',
      'x-unit': 'chunks',
    },
  },
} as const satisfies JsonSchema;

const slowReaderSchema = {
  type: 'object',
  description: 'Clients that read slowly.',
  additionalProperties: false,
  required: ['share', 'bytes_per_sec'],
  properties: {
    share,
    bytes_per_sec: {
      type: 'integer',
      minimum: 1,
      maximum: 1_000_000_000,
      description: 'How fast such a client reads.',
      'x-unit': 'bytes/s',
    },
  },
} as const satisfies JsonSchema;

export const mixEntrySchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    weight: {
      type: 'number',
      exclusiveMinimum: 0,
      maximum: 1_000_000,
      default: 1,
      description: 'How often it comes, against the others.',
    },
    dialect: {
      type: 'string',
      enum: DIALECTS,
      description: "Which API is spoken; unless given, that of the model's name.",
    },
    model: {
      type: 'string',
      minLength: 1,
      maxLength: 256,
      description: "The model that is asked for; unless given, a small one of the dialect's.",
    },
    stream: {
      type: 'boolean',
      description: 'Whether the answer is streamed; unless given, wherever the dialect can.',
    },
    prompt_tokens: {
      ...lengthSchema(PROMPT_TOKENS_MAX),
      default: 100,
      description: 'Of what the user says in a turn. Counted as the simulator counts; providers differ by a few.',
    },
    output_tokens: {
      ...lengthSchema(OUTPUT_TOKENS_MAX),
      description:
        "Sent as the dialect's limit of output tokens; unless given, none is sent where the dialect allows it.",
    },
    conversation: conversationSchema,
    fields: {
      type: 'object',
      default: {},
      description: "Put into the request's body as they are: `temperature: 0`, `tools: […]`.",
    },
    cancel: cancelSchema,
    slow_reader: slowReaderSchema,
  },
} as const satisfies JsonSchema;
