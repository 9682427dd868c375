/**
 * Metrics as text: Prometheus' exposition format 0.0.4, and OpenMetrics 1.0, which also names units and says of which trace a bucket's last
 * request was. Bounds are written as OpenMetrics has them ("1.0") in both, so that a series has one name whichever was asked for.
 */
import {
  type Exemplar,
  type MetricFamily,
  type MetricsSnapshot,
  mergeSnapshots,
  unitOf,
  widthOf,
} from './metric-family.js';

/** Characters of a label's value that are escaped. */
const SPECIAL = /[\\\n"]/g;

export type ExpositionFormat = 'text' | 'openmetrics';

/** The snapshots added up. */
export function renderMetrics(snapshots: readonly MetricsSnapshot[], format: ExpositionFormat = 'text'): string {
  let text = '';
  for (const family of mergeSnapshots(snapshots)) {
    text += headOf(family, format);
    text += family.bounds === undefined ? valuesOf(family) : histogramOf(family, family.bounds, format);
  }
  return format === 'openmetrics' ? `${text}# EOF\n` : text;
}

function headOf({ name, help, type }: MetricFamily, format: ExpositionFormat): string {
  if (format === 'text') return `# HELP ${name} ${escaped(help, /[\\\n]/g)}\n# TYPE ${name} ${type}\n`;
  // There a counter's family has the name without its ending.
  const family = type === 'counter' ? name.replace(/_total$/, '') : name;
  const unit = unitOf(name);
  const unitLine = unit === undefined ? '' : `# UNIT ${family} ${unit}\n`;
  return `# TYPE ${family} ${type}\n${unitLine}# HELP ${family} ${escaped(help, SPECIAL)}\n`;
}

function valuesOf({ labels, name, numbers, rows }: MetricFamily): string {
  let text = '';
  for (const [row, values] of rows.entries()) {
    const pairs = pairsOf(labels, values);
    text += `${name}${pairs === '' ? '' : `{${pairs}}`} ${valueText(numbers[row])}\n`;
  }
  return text;
}

function histogramOf(family: MetricFamily, bounds: readonly number[], format: ExpositionFormat): string {
  const { labels, name, numbers, rows } = family;
  const width = widthOf(family);
  const heads = [...bounds.map(boundText), '+Inf'].map((le) => `${name}_bucket{le="${le}"`);
  const exemplars = format === 'openmetrics' ? exemplarTexts(family, width) : NO_EXEMPLARS;
  let text = '';
  for (const [row, values] of rows.entries()) {
    const pairs = pairsOf(labels, values);
    const tail = pairs === '' ? '} ' : `,${pairs}} `;
    let count = 0;
    for (const [bucket, head] of heads.entries()) {
      const at = row * width + bucket;
      count += numbers[at];
      text += `${head}${tail}${count}${exemplars.get(at) ?? ''}\n`;
    }
    const braced = pairs === '' ? '' : `{${pairs}}`;
    text += `${name}_sum${braced} ${numbers[(row + 1) * width - 1]}\n${name}_count${braced} ${count}\n`;
  }
  return text;
}

const NO_EXEMPLARS: ReadonlyMap<number, string> = new Map();

function exemplarTexts({ exemplars = [] }: MetricFamily, width: number): ReadonlyMap<number, string> {
  const textOf = ({ atSecs, traceId, value }: Exemplar): string =>
    ` # {trace_id="${traceId}"} ${value} ${atSecs.toFixed(3)}`;
  return new Map(exemplars.map((exemplar) => [exemplar.row * width + exemplar.bucket, textOf(exemplar)]));
}

/** A label without a value is as good as none. */
function pairsOf(labels: readonly string[], values: readonly string[]): string {
  const pairs = labels.map((label, index) =>
    values[index] === '' ? '' : `${label}="${escaped(values[index], SPECIAL)}"`,
  );
  return pairs.filter((pair) => pair !== '').join(',');
}

/** As a floating-point number: OpenMetrics asks for it. */
function boundText(bound: number): string {
  return Number.isInteger(bound) ? `${bound}.0` : String(bound);
}

function valueText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

function escaped(text: string, special: RegExp): string {
  return text.replace(special, (character) => (character === '\n' ? '\\n' : `\\${character}`));
}
