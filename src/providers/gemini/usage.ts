/** usageMetadata of replies. Shape and order of fields: GenerateContentResponse.UsageMetadata, as recorded; absent where nothing counted. */
import type { ModalityTokenCount } from './token-count.js';

/** What is the same in every chunk of a reply. */
export interface PromptUsage {
  /** The whole prompt, cached content included. */
  readonly promptTokens: number;
  readonly promptDetails: readonly ModalityTokenCount[];
  readonly cachedTokens: number;
  readonly cachedDetails: readonly ModalityTokenCount[];
  readonly serviceTier: string;
  /** Whether the candidates' tokens are listed by modality as well. */
  readonly detailsCandidates: boolean;
}

/** Fields of nothing are left out, as a message's defaults are. A count may be a mark, where a template leaves it open. */
export function usageMetadata(
  usage: PromptUsage,
  candidatesTokens: number | string,
  totalTokens: number | string,
  thoughtsTokens: number | string,
): object {
  return {
    promptTokenCount: usage.promptTokens,
    ...(candidatesTokens !== 0 && { candidatesTokenCount: candidatesTokens }),
    totalTokenCount: totalTokens,
    ...(usage.cachedTokens > 0 && { cachedContentTokenCount: usage.cachedTokens }),
    ...(usage.promptDetails.length > 0 && { promptTokensDetails: usage.promptDetails }),
    ...(usage.cachedDetails.length > 0 && { cacheTokensDetails: usage.cachedDetails }),
    ...(usage.detailsCandidates &&
      candidatesTokens !== 0 && { candidatesTokensDetails: [{ modality: 'TEXT', tokenCount: candidatesTokens }] }),
    ...(thoughtsTokens !== 0 && { thoughtsTokenCount: thoughtsTokens }),
    serviceTier: usage.serviceTier,
  };
}
