/** Google's official Gen AI SDK, newest and previous major: they speak different versions of the API's paths. */
import * as newest from '@google/genai';
import * as previous from 'google-genai-2';
import { describeEach, installed, type SdkMajor } from './majors.js';

export interface GeminiSdk extends SdkMajor {
  /** All that `import … from '@google/genai'` offers: GoogleGenAI, ApiError, the enums. */
  readonly sdk: typeof newest;
}

/** The newest, and the one before. */
export const geminiSdks: readonly GeminiSdk[] = [
  { ...installed('@google/genai'), sdk: newest },
  { ...installed('@google/genai', 'google-genai-2'), sdk: previous as unknown as typeof newest },
];

/** Declares the cases once for each major. */
export function describeGemini(declare: (sdk: GeminiSdk) => void): void {
  describeEach(geminiSdks, declare);
}
