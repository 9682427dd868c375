/** The figures as files: one for each part and transport, so that parts can be measured one at a time, each with its date and machine. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TransportName } from '../../src/server/transport/contract.js';
import type { MachineFacts } from '../streams/machine.js';
import type { PartsResult } from './by-part.js';
import type { HeadroomResult } from './headroom.js';
import type { PacedResult } from './paced.js';
import type { Extent, PartName } from './part.js';
import type { RatiosResult } from './ratios.js';
import type { RepliesResult } from './replies.js';
import type { ScalingResult } from './scaling.js';
import type { SoakResult } from './soak.js';
import type { StartupResult } from './startup.js';

export interface ResultOf {
  readonly startup: StartupResult;
  readonly paced: PacedResult;
  readonly parts: PartsResult;
  readonly replies: RepliesResult;
  readonly scaling: ScalingResult;
  readonly ratios: RatiosResult;
  readonly headroom: HeadroomResult;
  readonly soak: SoakResult;
}

export interface Measured<Part extends PartName> {
  readonly part: Part;
  readonly transport: TransportName;
  /** When it began, ISO 8601. */
  readonly date: string;
  /** How long it took. */
  readonly seconds: number;
  readonly machine: MachineFacts & { readonly openFilesMax: number };
  readonly extent: Extent;
  readonly result: ResultOf[Part];
}

export const transportNames: readonly TransportName[] = ['node', 'uws'];

export function writeMeasured<Part extends PartName>(folder: string, measured: Measured<Part>): string {
  const file = fileOf(folder, measured.part, measured.transport);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(measured, undefined, 1)}\n`);
  return file;
}

/** Undefined for what was not measured yet. */
export function readMeasured<Part extends PartName>(
  folder: string,
  part: Part,
  transport: TransportName,
): Measured<Part> | undefined {
  let text: string;
  try {
    text = readFileSync(fileOf(folder, part, transport), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return JSON.parse(text) as Measured<Part>;
}

function fileOf(folder: string, part: PartName, transport: TransportName): string {
  return join(folder, `${part}-${transport}.json`);
}
