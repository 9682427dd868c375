/** The errors that models have of their own, by `errors` of their configuration: of each model's requests exactly the configured shares. */
import type { ModelEntry } from '../config/snapshot.js';
import { RuleDraws } from '../faults/draws.js';
import { type FaultSetting, faultOf, type InjectedFault } from '../faults/fault.js';

interface ErrorShares {
  readonly draws: RuleDraws;
  /** Of one draw: the first whose share reaches beyond it. */
  readonly upTo: readonly { readonly share: number; readonly fault: InjectedFault }[];
}

export class ModelErrors {
  /** By model's name; models whose errors are off are not there. */
  readonly #shares: ReadonlyMap<string, ErrorShares>;

  constructor(models: readonly ModelEntry[], seed: number) {
    const failing = models.filter(({ errors }) => errors.enabled);
    this.#shares = new Map(failing.map((model) => [model.name, sharesOf(model, seed)]));
  }

  /** Whether no model has any. */
  get areNone(): boolean {
    return this.#shares.size === 0;
  }

  of(model: string, identity: Uint32Array): InjectedFault | undefined {
    const shares = this.#shares.get(model);
    if (shares === undefined) return undefined;
    const drawn = shares.draws.ofRequest(identity);
    return shares.upTo.find(({ share }) => drawn < share)?.fault;
  }
}

function sharesOf({ name, errors }: ModelEntry, seed: number): ErrorShares {
  const { rate_limit: rateLimit, timeout, server_error: serverError } = errors;
  const settings: readonly (readonly [probability: number, setting: FaultSetting])[] = [
    [rateLimit.probability, { kind: 'rate_limit', retry_after_secs: rateLimit.retry_after_secs }],
    [timeout.probability, { kind: 'timeout', hold_ms: timeout.timeout_ms }],
    [serverError.probability, 'server_error'],
  ];
  const rule = `errors of ${name}`;
  let share = 0;
  const upTo = settings.map(([probability, setting]) => {
    share += probability;
    return { share, fault: { ...faultOf(setting), rule } };
  });
  return { draws: new RuleDraws(seed, rule), upTo };
}
