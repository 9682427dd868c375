/** What one request and one conversation can be at most. Draws of lengths are cut to these, and a plan's schema says the same. */

/** The largest windows of models that there are; some 4.5 MB of English. */
export const PROMPT_TOKENS_MAX = 1_000_000;
export const OUTPUT_TOKENS_MAX = 1_000_000;
export const TURNS_MAX = 1_000;
/** Client keys; the table of their shares is so long. */
export const IDENTITIES_MAX = 1_000_000;
/** Of a synthetic answer between two turns where the plan does not say how long answers are. */
export const ANSWER_TOKENS_DEFAULT = 200;
