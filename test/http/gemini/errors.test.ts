/** What Gemini rejects, in its own words: every violation of the message's types at once, then of its rules, then what a model cannot do. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertValid } from '../../schemas/published-schema.js';
import { type Json, sharedSimulator } from '../chat-client.js';
import { asking, CONTENTS, messageOf, post } from './gemini-client.js';

const FLASH = 'models/gemini-2.5-flash:generateContent';
const WEATHER = { name: 'get_weather', parameters: { type: 'OBJECT', properties: { city: { type: 'STRING' } } } };
const TOOLS = [{ functionDeclarations: [WEATHER] }];
const CALL = { role: 'model', parts: [{ functionCall: { name: 'get_weather', args: {} } }] };
const RESPONSE = { role: 'user', parts: [{ functionResponse: { name: 'get_weather', response: {} } }] };

const config = (generationConfig: Json): Json => asking({ generationConfig });
const part = (fields: Json): Json => asking({ contents: [{ role: 'user', parts: [fields] }] });
const schema = (responseSchema: Json): Json => config({ responseMimeType: 'application/json', responseSchema });
const unknown = (name: string, path: string) =>
  `Invalid JSON payload received. Unknown name "${name}"${path && ` at '${path}'`}: Cannot find field.`;
const noList = (name: string, path: string) =>
  `Invalid JSON payload received. Unknown name "${name}"${path && ` at '${path}'`}: Proto field is not repeating, cannot start list.`;
const BETA = 'type.googleapis.com/google.ai.generativelanguage.v1beta';

const PAYLOADS: readonly (readonly [body: Json | string, ...violations: string[]])[] = [
  [asking({ foo: 1 }), unknown('foo', '')],
  [
    asking({ contents: [{ parts: [{ text: 'a', txt: 'b' }], rol: 'x' }] }),
    unknown('txt', 'contents[0].parts[0]'),
    unknown('rol', 'contents[0]'),
  ],
  [
    config({ temperature: 'hot', topK: 1.5 }),
    `Invalid value at 'generation_config.temperature' (TYPE_FLOAT), "hot"`,
    "Invalid value at 'generation_config.top_k' (TYPE_INT32), 1.5",
  ],
  [
    config({ maxOutputTokens: 3_000_000_000 }),
    "Invalid value at 'generation_config.max_output_tokens' (TYPE_INT32), 3000000000",
  ],
  [config({ responseLogprobs: 1 }), "Invalid value at 'generation_config.response_logprobs' (TYPE_BOOL), 1"],
  [config({ stopSequences: [1] }), "Invalid value at 'generation_config.stop_sequences[0]' (TYPE_STRING), 1"],
  [config({ seed: {} }), "Invalid value at 'generation_config' (seed), Starting an object on a scalar field"],
  [config({ temperature: [1] }), noList('temperature', 'generation_config')],
  [asking({ generationConfig: 'hot' }), `Invalid value at 'generation_config' (${BETA}.GenerationConfig), "hot"`],
  [asking({ contents: 'hello' }), `Invalid value at 'contents' (${BETA}.Content), "hello"`],
  [asking({ systemInstruction: [] }), noList('systemInstruction', '')],
  [
    asking({ safetySettings: [{ category: 'HARM' }] }),
    `Invalid value at 'safety_settings[0].category' (${BETA}.HarmCategory), "HARM"`,
  ],
  [
    part({ inlineData: { mimeType: 'image/png', data: 'no!' } }),
    `Invalid value at 'contents[0].parts[0].inline_data.data' (TYPE_BYTES), Base64 decoding failed for "no!"`,
  ],
  [
    part({ text: 'a', functionCall: { name: 'f' } }),
    "Invalid value at 'contents[0].parts[0]' (oneof), oneof field 'data' is already set. Cannot set 'functionCall'",
  ],
  [
    part({ functionCall: { name: 'f', args: 1 } }),
    "Invalid value at 'contents[0].parts[0].function_call.args' (type.googleapis.com/google.protobuf.Struct), 1",
  ],
  [
    part({ text: 'a', videoMetadata: { startOffset: '5m' } }),
    "Invalid value at 'contents[0].parts[0].video_metadata.start_offset' (type.googleapis.com/google.protobuf.Duration), Field 'startOffset', Illegal duration format; duration must end with 's'",
  ],
  [
    schema({ properties: { a: { type: 'STRING' }, b: { type: 'text', const: 1 } } }),
    `Invalid value at 'generation_config.response_schema.properties[1].value.type' (${BETA}.Type), "text"`,
    unknown('const', 'generation_config.response_schema.properties[1].value'),
  ],
  ['[]', 'Invalid JSON payload received. Unknown name "": Root element must be a message.'],
  ['{"contents":', 'Invalid JSON payload received. Unexpected token.'],
];

const RULES: readonly (readonly [body: Json, ...violations: string[]])[] = [
  [{}, 'contents: contents is not specified'],
  [asking({ contents: [] }), 'contents: contents is not specified'],
  [asking({ contents: [{ role: 'user' }] }), 'contents[0].parts: contents.parts must not be empty.'],
  [part({}), "contents[0].parts[0].data: required oneof field 'data' must have one initialized field"],
  [part({ thought: true }), "contents[0].parts[0].data: required oneof field 'data' must have one initialized field"],
  [asking({ systemInstruction: {} }), 'system_instruction.parts: contents.parts must not be empty.'],
  [config({ temperature: 2.1 }), 'generation_config.temperature: temperature must be in the range [0.0, 2.0].'],
  [
    config({ topP: -0.1, topK: 0 }),
    'generation_config.top_p: top_p must be in the range [0.0, 1.0].',
    'generation_config.top_k: top_k must be positive.',
  ],
  [config({ candidateCount: 9 }), 'generation_config.candidate_count: candidate_count must be in the range [1, 8].'],
  [config({ maxOutputTokens: 0 }), 'generation_config.max_output_tokens: max_output_tokens must be positive.'],
  [
    config({ logprobs: 21, responseLogprobs: true }),
    'generation_config.logprobs: logprobs must be in the range [0, 20].',
  ],
  [
    config({ stopSequences: ['a', 'b', 'c', 'd', 'e', 'f'] }),
    'generation_config.stop_sequences: at most 5 stop sequences may be specified.',
  ],
  [
    config({ responseMimeType: 'text/html' }),
    'generation_config.response_mime_type: allowed mimetypes are `text/plain`, `application/json`, `application/xml`, `application/yaml` and `text/x.enum`.',
  ],
  [
    config({ responseSchema: { type: 'STRING' } }),
    'generation_config.response_schema: only allowed with a response_mime_type of application/json or text/x.enum.',
  ],
  [schema({ type: 'ARRAY' }), 'generation_config.response_schema.items: missing field.'],
  [
    schema({ type: 'OBJECT', required: ['a'] }),
    'generation_config.response_schema.required[0]: property is not defined',
  ],
  [schema({ type: 'INTEGER', enum: ['1'] }), 'generation_config.response_schema.enum: only allowed for STRING type'],
  [
    config({ responseMimeType: 'application/json', responseJsonSchema: [] }),
    'generation_config.response_json_schema: schema must be a JSON object.',
  ],
  [
    asking({ tools: [{ functionDeclarations: [{ name: 'f', parameters: { type: 'STRING' } }] }] }),
    'tools[0].function_declarations[0].parameters.type: schema should be of type OBJECT.',
  ],
  [
    asking({ tools: [{ functionDeclarations: [{ name: '1st' }] }] }),
    'tools[0].function_declarations[0].name: Invalid function name. Must start with a letter or an underscore. Must be alphameric (a-z, A-Z, 0-9), underscores (_), dots (.), colons (:), or dashes (-), with a maximum length of 64.',
  ],
];

const SENTENCES: readonly (readonly [body: Json, message: string, model?: string])[] = [
  [asking({ contents: [{ role: 'system', parts: [{ text: 'a' }] }] }), 'Please use a valid role: user, model.'],
  [
    asking({ contents: [...CONTENTS, CALL, RESPONSE, CALL, { parts: [{ text: 'a' }] }] }),
    'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.',
  ],
  [
    asking({ contents: [...CONTENTS, RESPONSE] }),
    'Please ensure that function response turn comes immediately after a function call turn.',
  ],
  [
    asking({ tools: TOOLS, generationConfig: { responseMimeType: 'application/json' } }),
    "Function calling with a response mime type: 'application/json' is unsupported",
  ],
  [
    asking({ tools: TOOLS, generationConfig: { responseFormat: [{ text: { mimeType: 'application/json' } }] } }),
    "Function calling with a response mime type: 'application/json' is unsupported",
  ],
  [asking({ tools: [...TOOLS, { googleSearch: {} }] }), 'Tool use with function calling is unsupported'],
  [
    asking({ toolConfig: { functionCallingConfig: { mode: 'ANY' } } }),
    'Function calling config is set without function_declarations.',
  ],
  [asking({ tools: [...TOOLS, ...TOOLS] }), 'Duplicate function declaration found: get_weather'],
  [config({ candidateCount: 2 }), 'Multiple candidates is not enabled for this model', 'gemini-3-pro'],
  [
    config({ thinkingConfig: { thinkingBudget: 0 } }),
    'Budget 0 is invalid. This model only works in thinking mode.',
    'gemini-2.5-pro',
  ],
  [
    config({ thinkingConfig: { thinkingBudget: 50_000 } }),
    'The thinking budget 50000 is invalid. Please choose a value between 0 and 24576.',
  ],
  [
    config({ thinkingConfig: { thinkingBudget: 100 } }),
    'The thinking budget 100 is invalid. Please choose a value between 512 and 24576.',
    'gemini-2.5-flash-lite',
  ],
  [config({ thinkingConfig: { thinkingLevel: 'LOW' } }), 'Thinking level is not supported for this model.'],
  [
    config({ thinkingConfig: { thinkingLevel: 'MINIMAL' } }),
    'Thinking level MINIMAL is not supported for this model. Please retry with other thinking level.',
    'gemini-3.8-flash',
  ],
  [
    config({ thinkingConfig: { thinkingLevel: 'MINIMAL' } }),
    'Thinking level MINIMAL is not supported for this model. Please retry with other thinking level.',
    'gemini-3.1-pro-preview',
  ],
  [
    config({ thinkingConfig: { thinkingLevel: 'MEDIUM' } }),
    'Thinking level MEDIUM is not supported for this model. Please retry with other thinking level.',
    'gemini-3-pro-preview',
  ],
  [
    config({ thinkingConfig: { thinkingLevel: 'LOW', thinkingBudget: 5 } }),
    'You can only set only one of thinking budget and thinking level.',
    'gemini-3-pro',
  ],
  [
    config({ thinkingConfig: { includeThoughts: true } }),
    'Thinking is not supported for this model.',
    'gemini-2.0-flash',
  ],
  [config({ responseModalities: ['AUDIO'] }), 'Model does not support the requested response modalities: audio'],
  [
    config({ maxOutputTokens: 100_000 }),
    'Unable to submit request because it has a maxOutputTokens value of 100000 but the supported range is from 1 (inclusive) to 65537 (exclusive). Update the value and try again.',
  ],
  [
    part({ text: 'word '.repeat(300) }),
    'The input token count exceeds the maximum number of tokens allowed 200.',
    'small',
  ],
];

describe('Gemini rejects', () => {
  const simulator = sharedSimulator({
    config: {
      simulation: { time_scale: 0 },
      providers: { small: { dialect: 'gemini', context_window_tokens: 200, max_output_tokens: 100 } },
    },
  });

  for (const [body, ...violations] of PAYLOADS) {
    test(violations[0], async () => {
      const response = await post(simulator(), FLASH, body);
      const document = (await response.clone().json()) as { error: { details: { fieldViolations: Json[] }[] } };
      assertValid('gemini', 'ErrorResponse', document);
      assert.equal(await messageOf(response, 400), violations.join('\n'));
      const { fieldViolations } = document.error.details[0];
      assert.deepEqual(
        fieldViolations.map(({ description }) => description),
        violations,
      );
    });
  }

  for (const [body, ...violations] of RULES) {
    test(violations[0], async () => {
      const message = violations.map((violation) => `* GenerateContentRequest.${violation}\n`).join('');
      assert.equal(await messageOf(await post(simulator(), FLASH, body), 400), message);
    });
  }

  for (const [body, message, model = 'gemini-2.5-flash'] of SENTENCES) {
    test(`${message} (${model})`, async () => {
      assert.equal(await messageOf(await post(simulator(), `models/${model}:generateContent`, body), 400), message);
    });
  }

  test('a model that is not there, or does something else', async () => {
    const notThere = (model: string, method: string, list: string, version = 'v1beta') =>
      `models/${model} is not found for API version ${version}, or is not supported for ${method}. Call ${list} to see the list of ` +
      'available models and their supported methods.';
    const refused = async (path: string, body: Json, version?: string) =>
      messageOf(await post(simulator(), path, body, {}, version), 404);
    const list = 'ModelService.ListModels';
    assert.equal(await refused('models/none:generateContent', asking()), notThere('none', 'generateContent', list));
    assert.equal(
      await refused('models/none:generateContent', asking(), 'v1'),
      notThere('none', 'generateContent', list, 'v1'),
    );
    assert.equal(
      await refused('models/gemini-embedding-001:streamGenerateContent?alt=sse', asking()),
      notThere('gemini-embedding-001', 'generateContent', list),
    );
    assert.equal(await refused('models/none:countTokens', asking()), notThere('none', 'countTokens', 'ListModels'));
    const embed = { content: { parts: [{ text: 'a' }] } };
    assert.equal(
      await refused('models/gemini-2.5-flash:embedContent', embed),
      notThere('gemini-2.5-flash', 'embedContent', 'ListModels'),
    );
  });

  test('no level of thinking that the model has', async () => {
    const taken: readonly (readonly [model: string, level: string])[] = [
      ['gemini-3.8-flash', 'LOW'],
      ['gemini-3-flash-preview', 'MINIMAL'],
      ['gemini-3.5-flash-lite', 'MINIMAL'],
      ['gemini-3.1-pro-preview', 'MEDIUM'],
    ];
    for (const [model, thinkingLevel] of taken) {
      const response = await post(
        simulator(),
        `models/${model}:generateContent`,
        config({ thinkingConfig: { thinkingLevel } }),
      );
      assert.equal(response.status, 200, `${model} ${thinkingLevel}`);
    }
  });

  test('an array stream with an array, an event stream with a document', async () => {
    const path = 'models/gemini-2.5-flash:streamGenerateContent';
    const array = await (await post(simulator(), path, {})).json();
    const document = await (await post(simulator(), `${path}?alt=sse`, {})).json();
    assert.deepEqual(array, [document]);
  });
});
