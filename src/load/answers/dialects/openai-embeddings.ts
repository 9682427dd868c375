/** Embeddings, which are never streamed. Shape: CreateEmbeddingResponse of OpenAI's published OpenAPI document. */
import { completionUsage } from '../token-usage.js';
import { blameDocument, objectsIn } from './content.js';
import type { DialectReader } from './contract.js';

export const embeddingsReader: DialectReader = {
  event(_document, found) {
    found.malformed('unexpected_shape');
    return '';
  },
  /** Vectors are no text: their content is ''. */
  whole(document, found) {
    const { data, usage } = document;
    if (!Array.isArray(data) || data.length === 0) {
      blameDocument(document, found);
      return '';
    }
    // Numbers, or their bytes in base64.
    const isVector = (value: unknown) => (typeof value === 'string' || Array.isArray(value)) && value.length > 0;
    if (!objectsIn(data, found).every(({ embedding }) => isVector(embedding))) found.malformed('unexpected_shape');
    if (usage !== undefined && usage !== null) found.usage = completionUsage(usage);
    return '';
  },
  owesUsage: () => true,
};
