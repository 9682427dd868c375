/** A request inside the engine: what it needs, and how far it has come. */
import type { BatchedRequest } from './contract.js';
import { usableCachedTokens } from './step-time.js';

/** Its cached tokens are fewer than the prompt's, its sequences never more than a batch holds. */
export interface EngineRequest extends BatchedRequest {
  /** Tokens whose keys and values are in the cache, of all sequences together; 0 while it waits. */
  computed: number;
  /** Tokens that have to be computed for the next token: the prompt and what each sequence has generated. */
  target: number;
  /** Tokens that each sequence has got. */
  generated: number;
  /** Blocks that it holds; 0 while it waits. */
  blocks: number;
  /** Has left or has got its last token: whoever holds it drops it at the next step. */
  isOver: boolean;
}

/** @param arrivalUs when it reaches the queue; no earlier than the requests before it in its queue */
export function engineRequest(request: BatchedRequest, arrivalUs: number, maxBatchSize: number): EngineRequest {
  return {
    ...request,
    arrivalUs,
    cachedTokens: usableCachedTokens(request.promptTokens, request.cachedTokens),
    sequences: Math.min(request.sequences, maxBatchSize),
    computed: 0,
    target: request.promptTokens,
    generated: 0,
    blocks: 0,
    isOver: false,
  };
}
