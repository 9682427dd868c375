/** docs/scenarios.md: the template's prose, and a section for each scenario that ships, made of its definition. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfiguration } from '../../src/config/loader.js';
import { packageRoot } from '../../src/kernel/package-root.js';
import { type ScenarioDocument, type StepDocument, scenarioDocuments } from '../../src/scenarios/description.js';
import type { Generator } from './contract.js';

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

function shown(value: number | { readonly from: number; readonly to: number }): string {
  return typeof value === 'number' ? String(value) : `${value.from} → ${value.to}`;
}

function effectsOf({ faults = [], itl_factor, latency_factor, limits_factor, ttft_factor }: StepDocument): string {
  const factors = { latency_factor, ttft_factor, itl_factor, limits_factor };
  const given = Object.entries(factors).flatMap(([key, value]) =>
    value === undefined ? [] : [`\`${key}\` ${shown(value)}`],
  );
  const faulty = faults.map(({ fault, probability }) => {
    const name = typeof fault === 'string' ? fault : String((fault as { readonly kind: string }).kind);
    return `\`${name}\` ${shown(probability)}`;
  });
  return [...given, ...faulty].join(', ') || 'nothing';
}

function sectionOf({
  description,
  duration_seconds: secs,
  name,
  parameters,
  repeat,
  timeline,
}: ScenarioDocument): string {
  const length = secs === null ? 'Lasts until it is deactivated' : `Lasts ${secs} s unless told otherwise`;
  const steps = timeline.map((step) => [
    `${step.from_seconds} s to ${step.until_seconds === null ? 'the end' : `${step.until_seconds} s`}`,
    step.name ?? '',
    effectsOf(step),
  ]);
  const rows = Object.entries(parameters).map(([parameter, facts]) => [
    `\`${parameter}\``,
    String(facts.default),
    `${facts.minimum} to ${facts.maximum}`,
    facts.unit ?? '',
    facts.description,
  ]);
  return [
    `### \`${name}\``,
    description,
    `${length}${repeat ? '; the steps repeat' : ''}. With the defaults:`,
    table(['When', 'Step', 'In effect'], steps),
    table(['Parameter', 'Default', 'Range', 'Unit', 'Meaning'], rows),
  ].join('\n\n');
}

export const scenariosPage: Generator = () => {
  const template = readFileSync(join(packageRoot, 'scripts/generators/scenarios.template.md'), 'utf8');
  const { scenarios } = loadConfiguration({ environment: {} });
  const sections = scenarioDocuments(scenarios).map(sectionOf).join('\n\n');
  return [{ path: 'docs/scenarios.md', content: template.replace('<!-- scenarios -->', () => sections) }];
};
