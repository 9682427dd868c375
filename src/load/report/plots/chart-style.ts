/**
 * Colours and type of the charts. Each chart brings an opaque background of its own, so it can be read wherever it stands, and follows
 * the reader's preference for a light or a dark page. Series colours are those of Okabe and Ito, which colour-blind readers tell apart,
 * lightened for the dark variant; beyond the last one they begin again with dashes.
 */
const LIGHT = ['#0072b2', '#d55e00', '#009e73', '#aa4499', '#b07a00', '#5b6570'];
const DARK = ['#56b4e9', '#ff8c42', '#35c79a', '#e28fd0', '#e6b800', '#aab4be'];

export const SERIES_COLOURS = LIGHT.length;

function theme(paper: string, ink: string, faint: string, grid: string, colours: readonly string[]): string {
  const series = colours.map((colour, index) => `.llm-s${index}{stroke:${colour}}`);
  return (
    `.llm-paper{fill:${paper}}.llm-chart text{fill:${ink}}.llm-chart .llm-faint{fill:${faint}}` +
    `.llm-grid{stroke:${grid}}.llm-frame{stroke:${faint}}${series.join('')}`
  );
}

/** The style element's text. Class names carry a prefix because a style inside an inlined chart holds for the whole page. */
export const CHART_STYLE =
  '.llm-chart{font:12px system-ui,"Segoe UI","DejaVu Sans",sans-serif}.llm-chart .llm-title{font-size:15px;font-weight:600}' +
  '.llm-grid,.llm-frame,.llm-line,.llm-points{fill:none}.llm-grid,.llm-frame{stroke-width:1}' +
  '.llm-line{stroke-width:1.75;stroke-linejoin:round}.llm-points{stroke-width:4;stroke-linecap:round}' +
  theme('#ffffff', '#1b1f24', '#5b6570', '#e3e7eb', LIGHT) +
  `@media (prefers-color-scheme:dark){${theme('#14181d', '#e8ecf0', '#9aa5b0', '#2b323a', DARK)}}`;

/** Of the areas under histograms; only charts that have some carry it. */
export const FILL_STYLE = `.llm-fill{fill-opacity:.25}${fillTheme(LIGHT)}@media (prefers-color-scheme:dark){${fillTheme(DARK)}}`;

function fillTheme(colours: readonly string[]): string {
  return colours.map((colour, index) => `.llm-fill.llm-s${index}{fill:${colour};stroke:none}`).join('');
}
