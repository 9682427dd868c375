/** The thinking that a request asks for, checked against what its model can do. Source: the API's guide to thinking; its error sentences. */
import { NO_MODEL } from '../../runtime/plan-layout.js';
import type { ModelFacts } from '../contract.js';
import type { GenerationRequest, ReasoningEffort } from '../generation.js';
import { invalidArgument } from './errors.js';
import type { ThinkingConfig } from './messages/generation-config.js';
import type { ModelTraits } from './model-traits.js';

export interface Thinking {
  readonly reasoning: GenerationRequest['reasoning'];
  /** Whether the reply shows the thoughts; they count in any case. */
  readonly isShown: boolean;
}

const EFFORTS: { readonly [level in NonNullable<ThinkingConfig['thinkingLevel']>]: ReasoningEffort | undefined } = {
  THINKING_LEVEL_UNSPECIFIED: undefined,
  MINIMAL: 'minimal',
  LOW: 'low',
  MEDIUM: 'medium',
  HIGH: 'high',
  XHIGH: 'xhigh',
};

/** The budget by which a client leaves the amount to the model. */
const DYNAMIC_BUDGET = -1;

export function thinkingOf(config: ThinkingConfig | undefined, model: ModelFacts, traits: ModelTraits): Thinking {
  const { includeThoughts: isShown = false, thinkingBudget: budget, thinkingLevel: level } = config ?? {};
  const effort = level === undefined ? undefined : EFFORTS[level];
  if (budget !== undefined && effort !== undefined) {
    throw invalidArgument('You can only set only one of thinking budget and thinking level.');
  }
  if (asksToThink(config) && !model.reasons && model.index !== NO_MODEL) {
    throw invalidArgument('Thinking is not supported for this model.');
  }
  if (effort !== undefined) {
    if (!traits.isNew) throw invalidArgument('Thinking level is not supported for this model.');
    if (traits.refusedLevels.includes(level as string)) {
      throw invalidArgument(
        `Thinking level ${level} is not supported for this model. Please retry with other thinking level.`,
      );
    }
    return { reasoning: { effort }, isShown };
  }
  if (budget === undefined || budget === DYNAMIC_BUDGET) return { reasoning: undefined, isShown };
  checkBudget(budget, model, traits, isShown);
  return { reasoning: budget === 0 ? { effort: 'none' } : { budgetTokens: budget }, isShown };
}

function asksToThink(config: ThinkingConfig | undefined): boolean {
  const { includeThoughts = false, thinkingBudget = 0, thinkingLevel } = config ?? {};
  return includeThoughts || thinkingBudget > 0 || (thinkingLevel !== undefined && EFFORTS[thinkingLevel] !== undefined);
}

function checkBudget(budget: number, model: ModelFacts, { thinkingBudget }: ModelTraits, isShown: boolean): void {
  const { min, max, canBeOff } = thinkingBudget;
  const lowest = min > 1 ? min : 0;
  if (budget === 0) {
    if (!canBeOff && model.reasons)
      throw invalidArgument('Budget 0 is invalid. This model only works in thinking mode.');
    if (isShown) {
      throw invalidArgument('Thinking_config.include_thoughts is only enabled when thinking is enabled.');
    }
    return;
  }
  if (budget < min || budget > max) {
    throw invalidArgument(
      `The thinking budget ${budget} is invalid. Please choose a value between ${lowest} and ${max}.`,
    );
  }
}
