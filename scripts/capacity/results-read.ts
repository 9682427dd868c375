/** What the capacity page is made of: every part's figures for each transport, where they were measured. */
import { type PartName, partNames } from '../../bench/capacity/part.js';
import { type Measured, readMeasured, transportNames } from '../../bench/capacity/results.js';
import type { TransportName } from '../../src/server/transport/contract.js';

/** By part, in the order of transportNames. */
export type CapacityResults = { readonly [Part in PartName]: readonly Measured<Part>[] };

export function readResults(folder: string): CapacityResults {
  const of = <Part extends PartName>(part: Part): Measured<Part>[] =>
    transportNames.flatMap((transport) => readMeasured(folder, part, transport) ?? []);
  return {
    startup: of('startup'),
    paced: of('paced'),
    parts: of('parts'),
    replies: of('replies'),
    scaling: of('scaling'),
    ratios: of('ratios'),
    headroom: of('headroom'),
    soak: of('soak'),
  };
}

/** All that was measured, part by part. */
export function allOf(results: CapacityResults): Measured<PartName>[] {
  return partNames.flatMap((part) => results[part] as readonly Measured<PartName>[]);
}

export const transportTitles: { readonly [transport in TransportName]: string } = {
  node: '`node` (node:http)',
  uws: '`uws` (uWebSockets.js)',
};
