/**
 * What a part of the configuration costs: two simulators that differ in nothing else are loaded in turns, for short times, so that what
 * else the machine does meets both alike.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type RunningServer, startConfigured } from '../streams/servers.js';
import { configuration, load, median, type Options, probe, progress } from './measuring.js';
import type { ReplyCase } from './reply-case.js';

export interface EffectRow {
  readonly name: string;
  /** Median of the pairs. */
  readonly without: number;
  readonly with: number;
  /** The pairs' ratios of replies per second, in order of size. */
  readonly ratios: readonly number[];
}

/** @param file YAML that is laid over the configuration of one of the two, section by section */
export async function measureEffect(
  cases: readonly ReplyCase[],
  file: string,
  options: Options,
  folder: string,
): Promise<EffectRow[]> {
  const base = configuration(options.transport);
  const without = await startConfigured(base, folder);
  try {
    const withPart = await startConfigured(overlaid(base, parse(readFileSync(file, 'utf8'))), folder);
    try {
      const rows: EffectRow[] = [];
      for (const one of cases) rows.push(await measureCase(one, { without, withPart }, options));
      return rows;
    } finally {
      await withPart.stop();
    }
  } finally {
    await without.stop();
  }
}

async function measureCase(
  one: ReplyCase,
  { without, withPart }: { readonly without: RunningServer; readonly withPart: RunningServer },
  options: Options,
): Promise<EffectRow> {
  for (const server of [without, withPart]) {
    await probe(server, one);
    await load(server, one, options);
  }
  const pairs: { readonly without: number; readonly with: number }[] = [];
  for (let pair = 1; pair <= options.pairs; pair++) {
    progress(`${one.name}, pair ${pair} of ${options.pairs}`);
    // Who goes first changes with every pair.
    const servers = pair % 2 === 0 ? [without, withPart] : [withPart, without];
    const rates = new Map<RunningServer, number>();
    for (const server of servers) rates.set(server, (await load(server, one, options)).repliesPerSecond);
    pairs.push({ without: rates.get(without) ?? 0, with: rates.get(withPart) ?? 0 });
  }
  return {
    name: one.name,
    without: median(pairs.map((pair) => pair.without)),
    with: median(pairs.map((pair) => pair.with)),
    ratios: pairs.map((pair) => pair.with / pair.without).sort((left, right) => left - right),
  };
}

/** The sections of both, those of the second with their keys laid over the first's. */
function overlaid(base: object, part: object): object {
  const merged: { [section: string]: unknown } = { ...base };
  for (const [section, keys] of Object.entries(part)) merged[section] = { ...(merged[section] ?? {}), ...keys };
  return merged;
}

export function effectTable(rows: readonly EffectRow[]): string {
  const lines = rows.map(({ name, without, with: withPart, ratios }) =>
    [
      name,
      Math.round(without),
      Math.round(withPart),
      median(ratios).toFixed(3),
      `${ratios[0].toFixed(2)}-${ratios[ratios.length - 1].toFixed(2)}`,
    ].join(' | '),
  );
  const head = 'endpoint | replies/s without | replies/s with | ratio, median | of the pairs';
  return [head, '---|---:|---:|---:|---:', ...lines].map((line) => `| ${line} |`).join('\n');
}
