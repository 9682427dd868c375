/**
 * Which configured model serves a requested name: the model of that very name, else the one whose name the request extends
 * by a version or date. The longest such name wins, and a suffix that is neither is refused, so that gpt-4o never answers for
 * gpt-4o-mini, nor gpt-4 for gpt-4-nonsense.
 *
 *   claude-3-opus-20240229   gpt-4o-2024-08-06   gpt-4-0613   gpt-4-0125-preview   gemini-2.5-flash-preview-09-2025
 *   └─ configured ┘└suffix┘
 *
 * A suffix follows '-', '@' or ':' and is one of
 *   number [-stage] [-version]    001, 0613, 20240229, 2024-08-06; 0125-preview; 20241022-v2:0
 *   version                       v1, v2.1, v1:0
 *   stage [-number]               latest, preview, preview-05-20, exp, exp-1206
 * A number of one or two digits is none of them: claude-sonnet-4-5 is a model of its own, not a version of claude-sonnet-4.
 */
const number = String.raw`(?:\d{3,4}|\d{8}|\d{4}-\d{2}-\d{2})`;
const version = String.raw`v\d{1,3}(?:[.:]\d{1,3})?`;
const stage = '(?:latest|preview|exp|experimental|beta)';
const shortDate = String.raw`(?:\d{2}-\d{2}|\d{2}-\d{4})`;
const suffixPattern = new RegExp(
  `^(?:${number}(?:-${stage})?(?:-${version})?|${version}|${stage}(?:-(?:${number}|${shortDate}))?)$`,
);

/** No configured name is longer than 128 characters and no suffix longer than 24. */
const requestedCharsMax = 160;

/** Finds models by requested name. Exact names cost one look-up; others one per separator in the name. */
export class ModelFinder<Model extends { readonly name: string }> {
  readonly #byName: ReadonlyMap<string, Model>;

  constructor(models: readonly Model[]) {
    this.#byName = new Map(models.map((model) => [model.name, model]));
  }

  /** The model that serves the name, or undefined when none does. */
  find(requested: string): Model | undefined {
    const exact = this.#byName.get(requested);
    if (exact !== undefined || requested.length > requestedCharsMax) return exact;
    for (let cut = requested.length - 1; cut > 0; cut--) {
      const separator = requested[cut];
      if (separator !== '-' && separator !== '@' && separator !== ':') continue;
      const model = this.#byName.get(requested.slice(0, cut));
      if (model !== undefined) return suffixPattern.test(requested.slice(cut + 1)) ? model : undefined;
    }
    return undefined;
  }
}
