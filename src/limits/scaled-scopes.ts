/**
 * Scopes whose limits are multiplied for a while, as a scenario asks for. The budgets stay the same ones: what is used stays used. A factor
 * counts to two digits, so that one which changes evenly changes the limits some times and not with every request.
 */
import type { LimitCaps, LimitScope } from './contract.js';

export class ScaledScopes {
  /** The last scaled form of each scope. */
  readonly #scaled = new WeakMap<LimitScope, { readonly factor: number; readonly scope: LimitScope }>();

  /** @param factor above 0 */
  of(scope: LimitScope, factor: number): LimitScope {
    if (factor === 1) return scope;
    const rounded = Number(factor.toPrecision(2));
    const known = this.#scaled.get(scope);
    if (known?.factor === rounded) return known.scope;
    const scaled = { ...scope, caps: scaledCaps(scope.caps, rounded) };
    this.#scaled.set(scope, { factor: rounded, scope: scaled });
    return scaled;
  }
}

/** A limit that lets something through still does. */
function scaledCaps(caps: LimitCaps, factor: number): LimitCaps {
  const scaled = Object.entries(caps).map(([dimension, limit]) => {
    return [dimension, limit === 0 ? 0 : Math.max(1, Math.round(limit * factor))] as const;
  });
  return Object.fromEntries(scaled);
}
