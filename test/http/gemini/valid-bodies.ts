/** Bodies that between them use what Gemini's endpoints know, in both spellings that the API takes, by contentName. */
import type { JsonValue } from '../hostile-bodies.js';

const WEATHER: { readonly [key: string]: JsonValue } = {
  name: 'get_weather',
  description: 'Weather of a city',
  parameters: {
    type: 'OBJECT',
    properties: {
      city: { type: 'STRING' },
      days: { type: 'integer', minimum: 1, maximum: 7 },
      tags: { type: 'ARRAY', items: { type: 'STRING', enum: ['rain', 'wind'] }, minItems: '1', nullable: true },
    },
    required: ['city'],
    propertyOrdering: ['days', 'city'],
  },
};
const CLOCK = { name: 'clock', parametersJsonSchema: { type: 'object', properties: { zone: { type: 'string' } } } };
const TEXT_TURN: JsonValue = { role: 'user', parts: [{ text: 'Why is the sky blue?' }] };
const PNG: JsonValue = { mimeType: 'image/png', data: 'iVBORw0KGgo=' };

const MEDIA_TURN: JsonValue = {
  parts: [
    { text: 'What is all this?' },
    { inlineData: PNG, mediaResolution: { level: 'MEDIA_RESOLUTION_LOW' } },
    { inline_data: { mime_type: 'audio/wav', data: 'AAAA_-8' } },
    {
      fileData: { fileUri: 'https://example.com/film', mimeType: 'video/mp4' },
      videoMetadata: { startOffset: '1s', endOffset: '2.5s', fps: 2 },
    },
    { fileData: { fileUri: 'https://example.com/paper', mimeType: 'application/pdf' } },
  ],
};

const CALLED: readonly JsonValue[] = [
  TEXT_TURN,
  {
    role: 'model',
    parts: [
      { text: 'Let me see.', thought: true },
      { functionCall: { id: 'a', name: 'get_weather', args: { city: 'Rome' } }, thoughtSignature: 'c2lt' },
      { executableCode: { language: 'PYTHON', code: 'print(1)' } },
      { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1' } },
    ],
  },
  {
    role: 'user',
    parts: [
      {
        functionResponse: { id: 'a', name: 'get_weather', response: { sky: 'blue' }, parts: [{ inlineData: PNG }] },
      },
    ],
  },
];

const GENERATE: readonly JsonValue[] = [
  {
    contents: [MEDIA_TURN],
    systemInstruction: { parts: [{ text: 'Be brief.' }] },
    safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
    generationConfig: {
      temperature: 1,
      topP: '0.9',
      topK: 40,
      candidateCount: 2,
      maxOutputTokens: 12,
      stopSequences: ['\n'],
      seed: 7,
      presencePenalty: 0.1,
      frequencyPenalty: -0.1,
      responseLogprobs: true,
      logprobs: 2,
      responseModalities: ['TEXT'],
      thinkingConfig: { includeThoughts: true, thinkingBudget: 512 },
      mediaResolution: 'MEDIA_RESOLUTION_MEDIUM',
      speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } }, languageCode: 'en-US' },
    },
    serviceTier: 'flex',
    labels: { team: 'a' },
  },
  {
    contents: [...CALLED],
    tools: [{ functionDeclarations: [WEATHER, CLOCK] }],
    tool_config: { function_calling_config: { mode: 'ANY', allowed_function_names: ['get_weather'] } },
  },
  { contents: TEXT_TURN, tools: [{ googleSearch: {} }, { codeExecution: {} }, { urlContext: {} }, { googleMaps: {} }] },
  {
    contents: [TEXT_TURN],
    generation_config: { response_mime_type: 'application/json', response_schema: WEATHER.parameters },
  },
  {
    contents: [TEXT_TURN],
    generationConfig: {
      responseMimeType: 'application/json',
      responseJsonSchema: {
        type: 'array',
        items: { $ref: '#/$defs/n' },
        $defs: { n: { type: 'number' } },
        maxItems: 3,
      },
    },
  },
  {
    contents: [TEXT_TURN],
    generationConfig: { responseMimeType: 'text/x.enum', responseSchema: { type: 'STRING', enum: ['EAST', 'WEST'] } },
  },
];

const EMBED = { content: { parts: [{ text: 'sky' }, { text: 'blue' }] }, outputDimensionality: 16 };

export const GEMINI_BODIES: { readonly [endpoint: string]: readonly JsonValue[] } = {
  'gemini.models.generate_content': GENERATE,
  'gemini.models.count_tokens': [
    { contents: [MEDIA_TURN, ...CALLED.slice(1)] },
    { generateContentRequest: { model: 'models/gemini-2.5-flash', ...(GENERATE[1] as object) } },
  ],
  'gemini.models.embed_content': [EMBED, { ...EMBED, taskType: 'RETRIEVAL_DOCUMENT', title: 'The sky' }],
  'gemini.models.batch_embed_contents': [
    {
      requests: ['a', 'b'].map((text) => ({
        ...EMBED,
        model: 'models/gemini-embedding-001',
        content: { parts: { text } },
      })),
    },
  ],
  'gemini.cached_contents.create': [
    {
      model: 'models/gemini-2.5-flash',
      displayName: 'words',
      contents: [{ role: 'user', parts: [{ text: 'word '.repeat(1_100) }] }],
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      tools: [{ functionDeclarations: [WEATHER] }],
      ttl: '300s',
    },
  ],
};
