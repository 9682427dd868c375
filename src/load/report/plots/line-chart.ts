/**
 * Draws series over two axes as one self-contained SVG text, to be written to a file or put into a page. Equal input gives equal bytes
 * (positions have two decimals, there is no date and no random id), so a chart under version control changes only when its figures do.
 *
 *   title, subtitle
 *   legend, in as many rows as it takes
 *   y │ plot, cut off at its edges
 *     └───────── x
 */
import { area, curveStepAfter, line } from 'd3-shape';
import { escaped } from '../markup.js';
import { type Axis, type ScaledAxis, scaleAxis } from './axis.js';
import { CHART_STYLE, FILL_STYLE, SERIES_COLOURS } from './chart-style.js';

export type Point = readonly [x: number, y: number];

export interface Series {
  /** Empty for one that the legend leaves out. */
  readonly name: string;
  /** A line is interrupted, and a dot left out, where a value is not finite. */
  readonly points: readonly Point[];
  /**
   * `steps` keeps each value until the next x, as a cumulative distribution does; `bars` does so too and fills what is below, as a
   * histogram does. 'line' when absent.
   */
  readonly shape?: 'line' | 'steps' | 'bars' | 'points';
  readonly dashed?: boolean;
  /** Number of the colour, when it is not the series' own number: to have a line and its dots alike. */
  readonly colour?: number;
}

export interface LineChart {
  readonly title: string;
  readonly subtitle?: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  /** Of the whole picture, px; 720 and 420 when absent. */
  readonly width?: number;
  readonly height?: number;
  /** False where the page that the picture goes into has the style of charts already. */
  readonly carriesStyle?: boolean;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const LEFT = 64;
const RIGHT = 20;
const BOTTOM = 52;
const TITLE_HEIGHT = 30;
const SUBTITLE_HEIGHT = 18;
const LEGEND_ROW_HEIGHT = 18;
const LEGEND_MARK_WIDTH = 24;
const LEGEND_GAP = 18;
/** Mean width of a letter at 12 px, on the generous side. */
const LETTER_WIDTH = 6.8;
const PX_PER_TICK_X = 80;
const PX_PER_TICK_Y = 45;
const DASH_LIKE = '6 4';

/** The picture as the text of an SVG document. @throws RangeError when a logarithmic axis holds a value that is not positive */
export function lineChart(chart: LineChart): string {
  const width = chart.width ?? 720;
  const height = chart.height ?? 420;
  const legend = legendRows(chart.series, width - LEFT - RIGHT);
  const legendTop = TITLE_HEIGHT + (chart.subtitle === undefined ? 0 : SUBTITLE_HEIGHT);
  const top = legendTop + legend.length * LEGEND_ROW_HEIGHT + 12;
  const box: Box = { left: LEFT, top, width: width - LEFT - RIGHT, height: height - top - BOTTOM };
  const points = chart.series.flatMap((series) => series.points);
  const x = scaleAxis(
    chart.x,
    points.map(([value]) => value),
    [0, box.width],
    box.width / PX_PER_TICK_X,
  );
  const y = scaleAxis(
    chart.y,
    points.map(([, value]) => value),
    [box.height, 0],
    box.height / PX_PER_TICK_Y,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="llm-chart" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(chart.title)}</title>${styleOf(chart)}`,
    `<rect class="llm-paper" width="${width}" height="${height}" rx="6"/>`,
    `<text class="llm-title" x="16" y="24">${escaped(chart.title)}</text>`,
    chart.subtitle === undefined ? '' : `<text class="llm-faint" x="16" y="42">${escaped(chart.subtitle)}</text>`,
    ...legend.map((row, index) => drawLegendRow(row, legendTop + (index + 0.5) * LEGEND_ROW_HEIGHT + 4)),
    drawAxes(chart, box, x, y),
    `<svg x="${box.left}" y="${rounded(box.top)}" width="${box.width}" height="${rounded(box.height)}" overflow="hidden">`,
    ...chart.series.map((series, index) => drawSeries(series, index, x, y, box.height)),
    '</svg></svg>',
  ]
    .filter((part) => part !== '')
    .join('\n')
    .concat('\n');
}

function styleOf({ carriesStyle, series }: LineChart): string {
  if (carriesStyle === false) return '';
  return `<style>${CHART_STYLE}${series.some(({ shape }) => shape === 'bars') ? FILL_STYLE : ''}</style>`;
}

function drawAxes(chart: LineChart, { left, top, width, height }: Box, x: ScaledAxis, y: ScaledAxis): string {
  const verticals = x.ticks.map(({ at }) => `M${rounded(at)} 0V${rounded(height)}`);
  const horizontals = y.ticks.map(({ at }) => `M0 ${rounded(at)}H${rounded(width)}`);
  const xLabels = x.ticks.map(({ at, label }) => text(label, at, height + 18, 'middle'));
  const yLabels = y.ticks.map(({ at, label }) => text(label, -8, at + 4, 'end'));
  return [
    `<g transform="translate(${left} ${rounded(top)})">`,
    `<path class="llm-grid" d="${[...verticals, ...horizontals].join('')}"/>`,
    `<path class="llm-frame" d="M0 0V${rounded(height)}H${rounded(width)}"/>`,
    ...xLabels,
    ...yLabels,
    text(chart.x.label, width / 2, height + 40, 'middle'),
    `<g transform="translate(-48 ${rounded(height / 2)}) rotate(-90)">${text(chart.y.label, 0, 0, 'middle')}</g>`,
    '</g>',
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function drawSeries(series: Series, index: number, x: ScaledAxis, y: ScaledAxis, height: number): string {
  const places = series.points.map(([a, b]): Point => [x.position(a), y.position(b)]);
  if (series.shape === 'points') {
    const dots = places.filter(isPlace).map(([a, b]) => `M${rounded(a)} ${rounded(b)}h0`);
    return dots.length === 0 ? '' : `<path ${look(series, index)} d="${dots.join('')}"/>`;
  }
  const draw = line<Point>(
    ([a]) => a,
    ([, b]) => b,
  )
    .defined(isPlace)
    .digits(2);
  if (series.shape === 'steps' || series.shape === 'bars') draw.curve(curveStepAfter);
  const outline = `<path ${look(series, index)} d="${draw([...places]) ?? ''}"/>`;
  return series.shape === 'bars' ? `${drawFill(series, index, places, height)}\n${outline}` : outline;
}

function drawFill(series: Series, index: number, places: readonly Point[], height: number): string {
  const fill = area<Point>(
    ([a]) => a,
    height,
    ([, b]) => b,
  )
    .defined(isPlace)
    .digits(2)
    .curve(curveStepAfter);
  return `<path class="llm-fill llm-s${(series.colour ?? index) % SERIES_COLOURS}" d="${fill([...places]) ?? ''}"/>`;
}

function isPlace([x, y]: Point): boolean {
  return Number.isFinite(x) && Number.isFinite(y);
}

function look(series: Series, index: number): string {
  const colour = series.colour ?? index;
  const kind = series.shape === 'points' ? 'llm-points' : 'llm-line';
  const dashed = series.dashed ?? (series.shape !== 'points' && colour >= SERIES_COLOURS);
  return `class="${kind} llm-s${colour % SERIES_COLOURS}"${dashed ? ` stroke-dasharray="${DASH_LIKE}"` : ''}`;
}

interface LegendEntry {
  readonly series: Series;
  readonly index: number;
  readonly left: number;
}

function legendRows(series: readonly Series[], width: number): LegendEntry[][] {
  const rows: LegendEntry[][] = [];
  let left = Number.POSITIVE_INFINITY;
  for (const [index, entry] of series.entries()) {
    if (entry.name === '') continue;
    const entryWidth = LEGEND_MARK_WIDTH + entry.name.length * LETTER_WIDTH + LEGEND_GAP;
    if (left + entryWidth > width) {
      rows.push([]);
      left = 0;
    }
    rows[rows.length - 1].push({ series: entry, index, left });
    left += entryWidth;
  }
  return rows;
}

function drawLegendRow(row: readonly LegendEntry[], baseline: number): string {
  return row
    .map(({ series, index, left }) => {
      const start = LEFT + left;
      const mark =
        series.shape === 'points'
          ? `M${rounded(start + 9)} ${rounded(baseline - 4)}h0`
          : `M${rounded(start)} ${rounded(baseline - 4)}h18`;
      return `<path ${look(series, index)} d="${mark}"/>${text(series.name, start + LEGEND_MARK_WIDTH, baseline, 'start')}`;
    })
    .join('\n');
}

function text(content: string, x: number, y: number, anchor: 'start' | 'middle' | 'end'): string {
  if (content === '') return '';
  const anchored = anchor === 'start' ? '' : ` text-anchor="${anchor}"`;
  return `<text x="${rounded(x)}" y="${rounded(y)}"${anchored}>${escaped(content)}</text>`;
}

function rounded(px: number): number {
  return Math.round(px * 100) / 100 + 0;
}
