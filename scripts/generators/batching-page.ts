/** docs/batching.md and its pictures: the template's prose, the presets as they are in effect, and the simulation next to measurements. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { batchingPresets } from '../../src/config/batching-presets.js';
import { packageRoot } from '../../src/kernel/package-root.js';
import { drawCharts } from '../batching/charts.js';
import { comparison } from '../batching/comparison.js';
import type { Generator } from './contract.js';

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

function figure(value: number): string {
  return value >= 1_000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

function presetTable(): string {
  const head = [
    'Preset',
    'Model and GPUs',
    '`max_batch_size`',
    '`max_batched_tokens`',
    'tokens in the cache',
    '`request_ms`',
    '`base_ms`',
    '`weights_ms`',
    '`per_token_ms`',
    '`per_sequence_ms`',
    '`per_context_token_us`',
    '`per_attention_pair_ns`',
  ];
  const rows = Object.entries(batchingPresets).map(([name, preset]) => [
    `\`${name}\``,
    `${preset.model} on ${preset.gpus}`,
    String(preset.maxBatchSize),
    String(preset.maxBatchedTokens),
    String(preset.kvTokens),
    figure(preset.requestMs),
    ...Object.values(preset.stepTime).map(figure),
  ]);
  return table(head, rows);
}

function comparisonTable(): string {
  const rows = comparison().map(({ measurement, figure: what, measured, simulated }) => [
    `${measurement.gpu}, ${measurement.engine}`,
    what,
    figure(measured),
    figure(simulated),
    `${simulated >= measured ? '+' : '−'}${Math.round(Math.abs(simulated / measured - 1) * 100)} %`,
  ]);
  return table(['Measured on', 'Figure', 'Measured', 'Simulated', 'Deviation'], rows);
}

export const batchingPage: Generator = () => {
  const template = readFileSync(join(packageRoot, 'scripts/generators/batching.template.md'), 'utf8');
  const page = template.replace('<!-- presets -->', presetTable).replace('<!-- comparison -->', comparisonTable);
  const charts = drawCharts().map(({ name, content }) => ({ path: `docs/${name}`, content }));
  return [{ path: 'docs/batching.md', content: page }, ...charts];
};
