/**
 * What follows from a model's name: which generation it is of, and with it the limits of thinking and what a reply carries. Source: the
 * API's documentation and recorded replies of each generation. A name that says no generation is taken for one of 2.5.
 */

export interface ThinkingBudget {
  readonly min: number;
  readonly max: number;
  /** Whether a budget of 0 turns thinking off. */
  readonly canBeOff: boolean;
}

export interface ModelTraits {
  /** 1.5, 2, 2.5, 3, … */
  readonly generation: number;
  readonly thinkingBudget: ThinkingBudget;
  /** Levels of thinking that a model which takes levels refuses. */
  readonly refusedLevels: readonly string[];
  /** From 3 on: levels of thinking, calls with identifiers, signatures without tools, tools beside JSON, one candidate only. */
  readonly isNew: boolean;
  /** Up to 2.0: safety ratings, average log probabilities and the candidates' token details in every reply. */
  readonly isOld: boolean;
  /** The smallest content that may be cached, in tokens. */
  readonly cachedTokensMin: number;
}

const NEW_FROM = 3;
const OLD_UP_TO = 2;
const DEFAULT_GENERATION = 2.5;
/** Aliases like gemini-flash-latest name the newest. */
const LATEST = /-latest$/;
const CACHED_TOKENS_MIN_FLASH = 1024;
const CACHED_TOKENS_MIN = 4096;

export function traitsOf(modelName: string): ModelTraits {
  const generation = generationOf(modelName);
  return {
    generation,
    thinkingBudget: thinkingBudgetOf(modelName),
    refusedLevels: refusedLevelsOf(modelName, generation),
    isNew: generation >= NEW_FROM,
    isOld: generation <= OLD_UP_TO,
    cachedTokensMin:
      modelName.includes('flash') && generation > OLD_UP_TO ? CACHED_TOKENS_MIN_FLASH : CACHED_TOKENS_MIN,
  };
}

function generationOf(modelName: string): number {
  const found = /^gemini-(\d{1,2}(?:\.\d{1,2})?)(?:-|$)/.exec(modelName);
  if (found !== null) return Number(found[1]);
  return LATEST.test(modelName) ? NEW_FROM : DEFAULT_GENERATION;
}

/** Source: the table of levels in the guide to thinking. */
function refusedLevelsOf(modelName: string, generation: number): readonly string[] {
  if (modelName.includes('pro'))
    return generation === 3 && !LATEST.test(modelName) ? ['MINIMAL', 'MEDIUM'] : ['MINIMAL'];
  return generation >= 3.7 && !modelName.includes('lite') ? ['MINIMAL'] : [];
}

function thinkingBudgetOf(modelName: string): ThinkingBudget {
  if (modelName.includes('flash-lite')) return { min: 512, max: 24_576, canBeOff: true };
  if (modelName.includes('flash')) return { min: 1, max: 24_576, canBeOff: true };
  if (modelName.includes('pro')) return { min: 128, max: 32_768, canBeOff: false };
  return { min: 1, max: 32_768, canBeOff: true };
}
