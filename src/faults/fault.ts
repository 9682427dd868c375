/** A fault that is asked for: its kind and complete parameters. */
import type { FaultKind } from './contract.js';
import { faultKinds } from './registry.js';

/** A fault as it is written down: the bare name of a kind, or the kind with those parameters that differ from the defaults. */
export type FaultSetting = string | { readonly kind: string; readonly [parameter: string]: unknown };

export interface Fault {
  readonly kind: FaultKind;
  /** What a plan names the kind by: its place in the registry, from 1. */
  readonly number: number;
  /** Every parameter that the kind has. */
  readonly parameters: { readonly [parameter: string]: unknown };
}

/** A fault that a request gets, and on whose word. */
export interface InjectedFault extends Fault {
  /** The name of the rule; undefined where the request itself asked for it. */
  readonly rule: string | undefined;
}

/** @throws RangeError for an unknown kind; expects parameters that the kind's schema accepts */
export function faultOf(setting: FaultSetting): Fault {
  const { kind: name, ...given } = typeof setting === 'string' ? { kind: setting } : setting;
  const index = faultKinds.findIndex((kind) => kind.name === name);
  if (index < 0) throw new RangeError(`unknown fault ${name}`);
  const kind = faultKinds[index]!;
  const defaults = Object.entries(kind.schema.properties ?? {}).map(([key, property]) => [key, property.default]);
  return { kind, number: index + 1, parameters: { ...Object.fromEntries(defaults), ...given } };
}
