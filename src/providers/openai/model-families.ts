/**
 * What the families of OpenAI's models take and refuse: the efforts with which they think, and parameters of sampling. Sources: OpenAI's
 * guide "Reasoning models" and the API's replies.
 */
export interface Family {
  readonly names: RegExp;
  /** Values of reasoning_effort that it takes; undefined for one that does not know the field. */
  readonly efforts?: readonly string[];
  /** Sampling fields: all, none but their defaults, or not even those. */
  readonly sampling: 'free' | 'default' | 'unknown';
  readonly refuses?: readonly string[];
}

const OLDER_EFFORTS = ['low', 'medium', 'high'];
/** Fields that reasoning models do not take whatever the effort. */
const NEVER_REASONING = ['presence_penalty', 'frequency_penalty', 'logit_bias', 'prediction', 'stop'];
const RECENT = { sampling: 'default', refuses: NEVER_REASONING } as const;
const CHAT_OF_5 = ['presence_penalty', 'frequency_penalty', 'logit_bias'];

/** The first that fits; a dated name belongs to its family. */
const FAMILIES: readonly Family[] = [
  { names: /^gpt-5(\.\d+)?-chat/, efforts: ['medium'], sampling: 'free', refuses: CHAT_OF_5 },
  { names: /^gpt-5\.1/, efforts: ['none', 'low', 'medium', 'high'], ...RECENT },
  { names: /^gpt-5\.[2-5]/, efforts: ['none', 'low', 'medium', 'high', 'xhigh'], ...RECENT },
  { names: /^gpt-6(\.\d+)?-astra/, efforts: ['low', 'medium', 'high', 'xhigh', 'max'], ...RECENT },
  { names: /^gpt-(5\.\d|[6-9])/, efforts: ['none', 'low', 'medium', 'high', 'xhigh', 'max'], ...RECENT },
  { names: /^gpt-5/, efforts: ['minimal', 'low', 'medium', 'high'], ...RECENT },
  {
    names: /^(o1|o3-mini)/,
    efforts: OLDER_EFFORTS,
    sampling: 'unknown',
    refuses: ['parallel_tool_calls', 'presence_penalty', 'frequency_penalty', 'logit_bias', 'prediction'],
  },
  { names: /^o\d/, efforts: OLDER_EFFORTS, sampling: 'default', refuses: ['parallel_tool_calls', ...NEVER_REASONING] },
  { names: /^(gpt-3\.5|gpt-4|chatgpt-4o)/, sampling: 'free' },
];

/** Models that only the Responses API serves, by their names. Source: the endpoints on each model's page. */
const RESPONSES_ONLY = /^(gpt-5(\.\d)?-(codex|pro)|o1-pro|o3-pro|codex-mini|computer-use|o\d(-mini)?-deep-research)/;

export function isResponsesOnly(model: string): boolean {
  return RESPONSES_ONLY.test(model);
}

/** The family of a configured model; undefined for a name of no known family, which refuses nothing. */
export function familyOf(model: string): Family | undefined {
  return FAMILIES.find(({ names }) => names.test(model));
}
