/** What OpenTelemetry's GenAI semantic conventions call what this server serves. */

/** An operation and who performs it, as gen_ai.operation.name and gen_ai.provider.name have them. */
export interface GenAiOperation {
  readonly operation: string;
  readonly provider: string;
}

/** By the name of a provider here. */
const PROVIDERS: { readonly [name: string]: string } = {
  openai: 'openai',
  azure: 'azure.ai.openai',
  anthropic: 'anthropic',
  gemini: 'gcp.gemini',
};

/**
 * By how an endpoint's name ends; the first that fits counts. The conventions have no names for moderations and for counting tokens, so theirs
 * are our own, as they allow.
 */
const OPERATIONS: readonly (readonly [ending: string, operation: string])[] = [
  ['.chat.completions', 'chat'],
  ['.responses.create', 'chat'],
  ['.responses.compact', 'chat'],
  ['.completions', 'text_completion'],
  ['.messages', 'chat'],
  ['.embeddings', 'embeddings'],
  ['.moderations', 'moderation'],
  ['.count_tokens', 'count_tokens'],
  ['.input_tokens.count', 'count_tokens'],
  ['generate_content', 'generate_content'],
  ['embed_content', 'embeddings'],
  ['embed_contents', 'embeddings'],
];

/** Undefined for an endpoint that asks no model for anything. @param endpoint its name: "openai.chat.completions" */
export function genAiOperationOf(provider: string, endpoint: string): GenAiOperation | undefined {
  const known = OPERATIONS.find(([ending]) => endpoint.endsWith(ending));
  return known && { operation: known[1], provider: PROVIDERS[provider] ?? provider };
}
