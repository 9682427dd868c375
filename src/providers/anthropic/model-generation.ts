/**
 * What the API does differently from one generation of Claude to the next, read off the model's name: "claude-3-5-haiku-20241022" is
 * haiku 3.5, "claude-opus-4-20250514" is opus 4. A name that says no generation has what the newest models have, except where noted.
 * Figures: the prompt caching, tool use, vision and context window pages of Anthropic's documentation.
 */

export interface ModelGeneration {
  /** "opus", "sonnet", …; undefined for a name that is not one of Anthropic's. */
  readonly line: string | undefined;
  /** 3.5 for claude-3-5-haiku; infinite where the name does not say. */
  readonly version: number;
}

const NUMBER_FIRST = /claude-(\d)(?:-(\d))?-([a-z]+)/;
const LINE_FIRST = /claude-([a-z]+)-(\d)(?:-(\d)(?!\d))?/;

export function generationOf(model: string): ModelGeneration {
  const old = NUMBER_FIRST.exec(model);
  if (old !== null) return { line: old[3], version: versionFrom(old[1], old[2]) };
  const current = LINE_FIRST.exec(model);
  if (current !== null) return { line: current[1], version: versionFrom(current[2], current[3]) };
  return { line: undefined, version: Number.POSITIVE_INFINITY };
}

/** The shortest prefix that the prompt cache keeps, in tokens. 1,024 where the name does not say. */
export function cacheMinimumTokens({ line, version }: ModelGeneration): number {
  if (line === undefined) return 1_024;
  if (version >= 5) return version >= 5.5 || line !== 'sonnet' ? 512 : 1_024;
  if (version < 4) return line === 'haiku' ? 2_048 : 1_024;
  if (line === 'haiku') return 4_096;
  if (line !== 'opus' || version < 4.5 || version >= 4.8) return 1_024;
  return version >= 4.7 ? 2_048 : 4_096;
}

/** What the instructions for tool use add to a prompt with tools, in tokens, by whether the choice forces a call. */
export function toolPromptTokens({ line, version }: ModelGeneration, forced: boolean): number {
  if (version >= 3.7) return forced ? 313 : 346;
  if (line === 'haiku') return forced ? 340 : 264;
  if (line === 'opus') return forced ? 281 : 530;
  if (version < 3.5) return forced ? 235 : 159;
  return forced ? 261 : 294;
}

export interface ImageLimits {
  /** A larger image is scaled down until its long side fits. */
  readonly longSidePixels: number;
  readonly tokensMax: number;
}

export function imageLimits({ line, version }: ModelGeneration): ImageLimits {
  return line !== undefined && version < 4.7
    ? { longSidePixels: 1_568, tokensMax: 1_600 }
    : { longSidePixels: 2_576, tokensMax: 4_784 };
}

/** Whether `messages` may hold a message of the role `system`. */
export function takesSystemMessages({ version }: ModelGeneration): boolean {
  return version >= 4.8;
}

/** Whether the client may begin the answer. */
export function takesPrefill({ line, version }: ModelGeneration): boolean {
  return line === undefined || version < 4.6;
}

/**
 * Whether the model takes what the latest no longer do: sampling parameters other than their defaults and a budget of thinking; and whether
 * it shows its thinking unless asked not to. Source: "Migrating to Claude Opus 4.7" and the deprecations in the SDK's types.
 */
export function isTunable({ line, version }: ModelGeneration): boolean {
  return line === undefined || version < 4.7;
}

/** Whether temperature and top_p exclude each other. */
export function takesOneSamplingParameter({ line, version }: ModelGeneration): boolean {
  return line !== undefined && version >= 4.1;
}

/** How much a model that decides for itself thinks unless the request says. */
export function defaultEffort({ line, version }: ModelGeneration): 'medium' | 'high' {
  return version >= 5.5 && (line === 'opus' || line === 'haiku') ? 'medium' : 'high';
}

/** Whether the model can think before it answers. */
export function thinks({ version }: ModelGeneration): boolean {
  return version >= 3.7;
}

/**
 * What happens when prompt and max_tokens together exceed the context window: the oldest models get less than they asked for, later ones
 * an error, the newest write until the window is full and say so by their stop reason.
 */
export function windowOverflow({ version }: ModelGeneration): 'cap' | 'reject' | 'stop' {
  if (version < 3.7) return 'cap';
  return version < 4.5 ? 'reject' : 'stop';
}

function versionFrom(major: string, minor = '0'): number {
  return Number(`${major}.${minor}`);
}
