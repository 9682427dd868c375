/**
 * What the model may call. Source: Tool and ToolConfig of google/ai/generativelanguage/v1beta/content.proto, with the newer fields of the
 * official SDK's types. Only function declarations have an effect here; the API's own tools are accepted and never used.
 */
import {
  anyValue,
  bool,
  double,
  enumOf,
  float,
  int32,
  list,
  mapOf,
  message,
  of,
  text,
  timestamp,
} from '../proto/descriptors.js';
import { type Schema, schemaMessage } from './schema.js';

export interface FunctionDeclaration {
  readonly name?: string;
  readonly description?: string;
  readonly parameters?: Schema;
  readonly parametersJsonSchema?: unknown;
  readonly response?: Schema;
  readonly responseJsonSchema?: unknown;
}

export interface Tool {
  readonly functionDeclarations?: readonly FunctionDeclaration[];
  /** One of the API's own tools, by name. */
  readonly [ownTool: string]: unknown;
}

export interface FunctionCallingConfig {
  readonly mode?: 'MODE_UNSPECIFIED' | 'AUTO' | 'ANY' | 'NONE' | 'VALIDATED';
  readonly allowedFunctionNames?: readonly string[];
}

export interface ToolConfig {
  readonly functionCallingConfig?: FunctionCallingConfig;
}

const functionDeclaration = message('FunctionDeclaration', {
  name: text,
  description: text,
  parameters: of(() => schemaMessage),
  parametersJsonSchema: anyValue,
  response: of(() => schemaMessage),
  responseJsonSchema: anyValue,
  behavior: enumOf('FunctionDeclaration.Behavior', 'UNSPECIFIED', 'BLOCKING', 'NON_BLOCKING'),
});

const empty = message('Empty', {});

const googleSearch = message('GoogleSearch', {
  timeRangeFilter: of(() => interval),
  searchTypes: of(() => searchTypes),
});
const interval = message('Interval', { startTime: timestamp, endTime: timestamp });
const searchTypes = message('SearchTypes', { webSearch: of(() => empty), imageSearch: of(() => empty) });

const googleSearchRetrieval = message('GoogleSearchRetrieval', {
  dynamicRetrievalConfig: of(() => dynamicRetrieval),
});
const dynamicRetrieval = message('DynamicRetrievalConfig', {
  mode: enumOf('DynamicRetrievalConfig.Mode', 'MODE_UNSPECIFIED', 'MODE_DYNAMIC'),
  dynamicThreshold: float,
});

const computerUse = message('ComputerUse', {
  environment: enumOf(
    'ComputerUse.Environment',
    'ENVIRONMENT_UNSPECIFIED',
    'ENVIRONMENT_BROWSER',
    'ENVIRONMENT_MOBILE',
    'ENVIRONMENT_DESKTOP',
  ),
  excludedPredefinedFunctions: list(text),
  enablePromptInjectionDetection: bool,
  disabledSafetyPolicies: list(text),
});

const fileSearch = message('FileSearch', { fileSearchStoreNames: list(text), metadataFilter: text, topK: int32 });

const googleMaps = message('GoogleMaps', { enableWidget: bool, authConfig: of(() => authConfig) });
const authConfig = message('AuthConfig', { apiKey: text });

const mcpServer = message('McpServer', { name: text, streamableHttpTransport: of(() => httpTransport) });
const httpTransport = message('StreamableHttpTransport', {
  url: text,
  headers: mapOf(text),
  timeout: text,
  sseReadTimeout: text,
  terminateOnClose: bool,
});

export const toolMessage = message('Tool', {
  functionDeclarations: list(of(() => functionDeclaration)),
  googleSearch: of(() => googleSearch),
  googleSearchRetrieval: of(() => googleSearchRetrieval),
  codeExecution: of(() => empty),
  computerUse: of(() => computerUse),
  urlContext: of(() => empty),
  fileSearch: of(() => fileSearch),
  googleMaps: of(() => googleMaps),
  mcpServers: list(of(() => mcpServer)),
});

const functionCallingConfig = message('FunctionCallingConfig', {
  mode: enumOf('FunctionCallingConfig.Mode', 'MODE_UNSPECIFIED', 'AUTO', 'ANY', 'NONE', 'VALIDATED'),
  allowedFunctionNames: list(text),
});

const retrievalConfig = message('RetrievalConfig', { latLng: of(() => latLng), languageCode: text });
const latLng = message('LatLng', { latitude: double, longitude: double });

export const toolConfigMessage = message('ToolConfig', {
  functionCallingConfig: of(() => functionCallingConfig),
  retrievalConfig: of(() => retrievalConfig),
  includeServerSideToolInvocations: bool,
});
