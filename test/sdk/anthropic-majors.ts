/** The official Anthropic SDK, newest and previous major, with its zod helpers: they speak different versions of the API. */
import * as newest from '@anthropic-ai/sdk';
import * as newestZod from '@anthropic-ai/sdk/helpers/zod';
import * as previous from 'anthropic-sdk-0';
import * as previousZod from 'anthropic-sdk-0/helpers/zod';
import { describeEach, installed, type SdkMajor } from './majors.js';

export interface AnthropicSdk extends SdkMajor {
  /** All that `import … from '@anthropic-ai/sdk'` offers: Anthropic, the error classes. */
  readonly sdk: typeof newest;
  /** zodOutputFormat. */
  readonly zod: typeof newestZod;
}

/** The newest, and the one before. */
export const anthropicSdks: readonly AnthropicSdk[] = [
  { ...installed('@anthropic-ai/sdk'), sdk: newest, zod: newestZod },
  {
    ...installed('@anthropic-ai/sdk', 'anthropic-sdk-0'),
    sdk: previous as unknown as typeof newest,
    zod: previousZod as unknown as typeof newestZod,
  },
];

/** Declares the cases once for each major. */
export function describeAnthropic(declare: (sdk: AnthropicSdk) => void): void {
  describeEach(anthropicSdks, declare);
}
