/** The report as a folder: one page that needs nothing else, each picture as a file of its own besides, and the figures. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MachineFacts } from '../streams/machine.js';
import { type CasePlots, casePlots } from './report-plots.js';
import { caseCells, caseHeadings, checkText, figuresOf, machineLine, stageLines, summary } from './report-text.js';
import type { CaseResult, StageResult } from './verify-stage.js';

const STYLE = `:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem}
table{border-collapse:collapse;font-size:13px;font-variant-numeric:tabular-nums;display:block;overflow-x:auto}
th,td{padding:.2rem .6rem;text-align:right;white-space:nowrap;border-bottom:1px solid #8884}th:first-child,td:first-child{text-align:left}
.broken{color:#d1242f;font-weight:600}.unjudged{color:#9a6700}details{margin:.4rem 0}summary{cursor:pointer}
figure{display:inline-block;margin:.5rem .5rem .5rem 0}figure svg{max-width:100%;height:auto}pre{white-space:pre-wrap}`;

/** Writes index.html, figures.json and plots/ into the folder, which is made when it is not there. */
export function writeReport(folder: string, machine: MachineFacts, results: readonly StageResult[]): void {
  const plotsFolder = join(folder, 'plots');
  mkdirSync(plotsFolder, { recursive: true });
  const sections = results.map((result) => {
    const cases = result.cases.map((each) => {
      const plots = casePlots(each);
      for (const [kind, svg] of Object.entries(plots)) {
        writeFileSync(
          join(plotsFolder, `${each.stage.name}-${each.model.name}-${each.role}-${kind}.svg`.replaceAll('/', '-')),
          svg,
        );
      }
      return caseSection(each, plots);
    });
    const [headline, ...facts] = stageLines(result);
    return [
      `<h2>${escaped(headline!)}</h2>`,
      ...facts.map((fact) => `<p>${escaped(fact)}</p>`),
      table(result),
      ...cases,
    ].join('\n');
  });
  const page = [
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<title>Proof of latency</title><style>${STYLE}</style><h1>Proof of latency</h1>`,
    `<p>${escaped(machineLine(machine))}</p><pre>${escaped(summary(results))}</pre>`,
    ...sections,
  ];
  writeFileSync(join(folder, 'index.html'), `${page.join('\n')}\n`);
  writeFileSync(join(folder, 'figures.json'), `${JSON.stringify(figuresOf(machine, results), undefined, 2)}\n`);
}

function table({ cases }: StageResult): string {
  const head = caseHeadings.map((heading) => `<th>${escaped(heading)}</th>`).join('');
  const rows = cases.map((result) => {
    const cells = caseCells(result).map((cell, column, all) => {
      const isVerdict = column === all.length - 1;
      return `<td${isVerdict ? ` class="${verdictClass(result)}"` : ''}>${escaped(cell)}</td>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  return `<p>Percentiles are p50 / p95 / p99 in ms. KS is the distance beyond the allowance.</p><table><tr>${head}</tr>${rows.join('')}</table>`;
}

function caseSection(result: CaseResult, { cumulative, residual }: CasePlots): string {
  const { model, role, checks, broken, verdict } = result;
  const items = checks.map(
    (check) => `<li${broken.includes(check) ? ' class="broken"' : ''}>${escaped(checkText(check))}</li>`,
  );
  const open = verdict === 'broken' ? ' open' : '';
  return [
    `<details${open}><summary class="${verdictClass(result)}">${escaped(`${model.name}, ${role.toUpperCase()}: ${verdict}`)}</summary>`,
    `<p><code>${escaped(JSON.stringify(model[role]))}</code></p>`,
    `<figure>${cumulative}</figure><figure>${residual}</figure><ul>${items.join('')}</ul></details>`,
  ].join('\n');
}

function verdictClass({ verdict }: CaseResult): string {
  return verdict === 'not judged' ? 'unjudged' : verdict;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
