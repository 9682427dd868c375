/** What a model's trace is known by: models with one key share its rows. */
import type { ReadonlyDeep } from '../kernel/readonly-deep.js';
import type { ModelConfiguration } from './schema/configuration.js';

export type TraceConfiguration = ReadonlyDeep<ModelConfiguration['trace']>;

/** Undefined where the model has none. */
export function traceKeyOf({ file, format, columns, max_rows: maxRows }: TraceConfiguration): string | undefined {
  return file === null ? undefined : JSON.stringify([file, format, columns, maxRows]);
}
