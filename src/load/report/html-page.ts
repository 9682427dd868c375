/**
 * Building blocks of a report that is one file: headings, tables and pictures, styled for light and dark and for narrow screens. The page
 * loads nothing, not from the network and not from the disk, and its policy forbids it to; there is no script in it. All text is escaped
 * here, so callers hand over plain text, and pictures as the SVG that `lineChart` makes with `carriesStyle: false`.
 */
import type { FigureTable } from './figure-tables.js';
import { escaped } from './markup.js';
import { CHART_STYLE, FILL_STYLE } from './plots/chart-style.js';

/** What a page says first, and in which colour. */
export interface Banner {
  readonly tone: 'good' | 'bad' | 'neutral';
  readonly word: string;
  readonly sentence: string;
}

export interface Section {
  readonly heading: string;
  /** Made by the functions below. */
  readonly parts: readonly string[];
}

export interface Page {
  readonly title: string;
  readonly subtitle: string;
  readonly banner: Banner;
  /** Sections without parts are left out. */
  readonly sections: readonly Section[];
  readonly footer: string;
}

/** Charts are drawn this wide, px, so that their text is still read where a phone shows them narrower. */
export const CHART_WIDTH = 400;
export const CHART_HEIGHT = 290;

const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

const LIGHT = '--paper:#f6f8fa;--card:#fff;--ink:#1b1f24;--faint:#5b6570;--rule:#dde2e7;--good:#0a6b3d;--bad:#b3261e';
const DARK = '--paper:#0d1014;--card:#14181d;--ink:#e8ecf0;--faint:#9aa5b0;--rule:#2b323a;--good:#4cc38a;--bad:#ff7b72';

const PAGE_STYLE = `:root{color-scheme:light dark;${LIGHT}}@media (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,"Segoe UI","DejaVu Sans",sans-serif}
main{max-width:90rem;margin:0 auto;padding:1rem}h1{font-size:1.5rem;margin:.5rem 0 0;overflow-wrap:anywhere}
h2{font-size:1.15rem;margin:2rem 0 .5rem}p,ul{margin:.4rem 0;overflow-wrap:anywhere}.faint,footer,caption{color:var(--faint)}footer{margin-top:2rem;font-size:13px}
.banner{border-left:.4rem solid var(--faint);background:var(--card);padding:.6rem 1rem;margin:1rem 0;border-radius:.3rem}
.banner strong{text-transform:uppercase;letter-spacing:.04em}.banner.good{border-color:var(--good)}.banner.good strong,.good td:first-child{color:var(--good)}
.banner.bad{border-color:var(--bad)}.banner.bad strong,.bad td:first-child{color:var(--bad);font-weight:600}
.scroll{overflow-x:auto;background:var(--card);border:1px solid var(--rule);border-radius:.3rem;margin:.5rem 0;width:fit-content;max-width:100%}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:14px}caption{text-align:left;padding:.4rem .8rem;white-space:nowrap}
th,td{padding:.3rem .8rem;text-align:right;white-space:nowrap;border-top:1px solid var(--rule)}th{font-weight:600}tr:first-child th{border-top:0}
th:first-child,td:first-child,.words th,.words td{text-align:left}.words td:last-child{white-space:normal;min-width:14rem;overflow-wrap:anywhere}
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,25rem),1fr));gap:.8rem}
.charts figure{margin:0;border:1px solid var(--rule);border-radius:.4rem;overflow:hidden;background:var(--card)}.charts svg{display:block;width:100%;height:auto}
@media(max-width:30rem){main{padding:.6rem}th,td,caption{padding-left:.5rem;padding-right:.5rem}.words td:last-child{min-width:9rem}}
.side{display:flex;flex-wrap:wrap;gap:0 .8rem;align-items:flex-start}
@media print{body{background:#fff}figure,tr{break-inside:avoid}}`;

/** The document's text. Equal input gives equal bytes. */
export function htmlPage({ title, subtitle, banner, sections, footer }: Page): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<title>${escaped(title)}</title>`,
    `<style>${PAGE_STYLE}\n${CHART_STYLE}${FILL_STYLE}</style>`,
    '</head>',
    '<body><main>',
    `<h1>${escaped(title)}</h1>`,
    `<p class="faint">${escaped(subtitle)}</p>`,
    `<div class="banner ${banner.tone}" role="status"><strong>${escaped(banner.word)}</strong> ${escaped(banner.sentence)}</div>`,
    ...sections.filter(({ parts }) => parts.some((part) => part !== '')).map(sectionText),
    `<footer>${escaped(footer)}</footer>`,
    '</main></body>',
    '</html>',
    '',
  ].join('\n');
}

function sectionText({ heading, parts }: Section): string {
  return [`<section><h2>${escaped(heading)}</h2>`, ...parts.filter((part) => part !== ''), '</section>'].join('\n');
}

/** Figures to the right of their row's name; nothing when there is no row. */
export function figuresTable({ head, rows }: FigureTable, caption?: string): string {
  return rows.length === 0
    ? ''
    : tableText(
        '',
        head,
        rows.map((cells) => ({ cells })),
        caption,
      );
}

export interface WordRow {
  readonly cells: readonly string[];
  /** Colours the first cell. */
  readonly tone?: 'good' | 'bad';
}

/** A table of words, whose last column wraps; nothing when there is no row. */
export function wordsTable(head: readonly string[], rows: readonly WordRow[], caption?: string): string {
  return rows.length === 0 ? '' : tableText(' class="words"', head, rows, caption);
}

function tableText(attribute: string, head: readonly string[], rows: readonly WordRow[], caption?: string): string {
  const body = rows.map(({ cells, tone }) => {
    const row = cells.map((cell) => `<td>${escaped(cell)}</td>`).join('');
    return `<tr${tone === undefined ? '' : ` class="${tone}"`}>${row}</tr>`;
  });
  return [
    // A table that is wider than the screen scrolls by itself, by the keyboard too.
    `<div class="scroll" tabindex="0"><table${attribute}>`,
    caption === undefined ? '' : `<caption>${escaped(caption)}</caption>`,
    head.every((heading) => heading === '')
      ? ''
      : `<thead><tr>${head.map((heading) => `<th scope="col">${escaped(heading)}</th>`).join('')}</tr></thead>`,
    `<tbody>${body.join('\n')}</tbody></table></div>`,
  ].join('');
}

/** Tables beside each other where there is room. */
export function side(tables: readonly string[]): string {
  const shown = tables.filter((table) => table !== '');
  return shown.length === 0 ? '' : `<div class="side">${shown.join('')}</div>`;
}

export function paragraph(text: string): string {
  return `<p>${escaped(text)}</p>`;
}

export function list(items: readonly string[]): string {
  return items.length === 0 ? '' : `<ul>${items.map((item) => `<li>${escaped(item)}</li>`).join('')}</ul>`;
}

/** Pictures side by side as the screen has room; nothing when there is none. */
export function charts(pictures: readonly string[]): string {
  if (pictures.length === 0) return '';
  return `<div class="charts">\n${pictures.map((svg) => `<figure>${svg}</figure>`).join('\n')}\n</div>`;
}
