/** The official OpenAI SDK, newest and previous major, with its zod helpers. */
import * as newest from 'openai';
import * as newestZod from 'openai/helpers/zod';
import * as previous from 'openai-6';
import * as previousZod from 'openai-6/helpers/zod';
import { describeEach, installed, type SdkMajor } from './majors.js';

export interface OpenAiSdk extends SdkMajor {
  /** All that `import … from 'openai'` offers: OpenAI, AzureOpenAI, the error classes. */
  readonly sdk: typeof newest;
  /** zodResponseFormat, zodTextFormat, zodFunction, zodResponsesFunction. */
  readonly zod: typeof newestZod;
}

/** The newest, and the one before. */
export const openAiSdks: readonly OpenAiSdk[] = [
  { ...installed('openai'), sdk: newest, zod: newestZod },
  {
    ...installed('openai', 'openai-6'),
    sdk: previous as unknown as typeof newest,
    zod: previousZod as unknown as typeof newestZod,
  },
];

/** Declares the cases once for each major. */
export function describeOpenAi(declare: (sdk: OpenAiSdk) => void): void {
  describeEach(openAiSdks, declare);
}
