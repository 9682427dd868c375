/** The kinds of panels, each with the looks that all of its kind have here. */
import type { Panel, Query, Threshold } from './contract.js';

interface Common {
  readonly title: string;
  readonly description: string;
  readonly width: number;
  readonly queries: readonly Query[];
  /** One of Grafana's units: `s`, `reqps`, `percentunit`, `short`, … */
  readonly unit: string;
}

const PLAIN: readonly Threshold[] = [{ color: 'green', value: null }];

function thresholds(steps: readonly Threshold[] = PLAIN): object {
  return { mode: 'absolute', steps };
}

const LAST = { calcs: ['lastNotNull'], fields: '', values: false };

/** Lines over time; stacked they add up to a whole. */
export function timeseries(panel: Common & { readonly stacked?: boolean; readonly max?: number }): Panel {
  const { stacked = false, max, unit, ...rest } = panel;
  return {
    ...rest,
    type: 'timeseries',
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        ...(max === undefined ? {} : { max }),
        color: { mode: 'palette-classic' },
        custom: {
          drawStyle: 'line',
          lineInterpolation: 'linear',
          lineWidth: 1,
          fillOpacity: stacked ? 40 : 8,
          showPoints: 'never',
          spanNulls: false,
          stacking: { mode: stacked ? 'normal' : 'none', group: 'A' },
        },
        thresholds: thresholds(),
      },
      overrides: [],
    },
    options: {
      legend: { displayMode: 'table', placement: 'bottom', showLegend: true, calcs: ['lastNotNull', 'max'] },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  };
}

/** One number, or a word for each: `words` names what a value means and how bad it is. */
export function stat(
  panel: Common & {
    readonly steps?: readonly Threshold[];
    readonly words?: readonly Word[];
    /** Shows the legend instead of the value. */
    readonly name?: boolean;
  },
): Panel {
  const { steps, words, name = false, unit, ...rest } = panel;
  return {
    ...rest,
    type: 'stat',
    fieldConfig: {
      defaults: { unit, color: { mode: 'thresholds' }, mappings: mappings(words), thresholds: thresholds(steps) },
      overrides: [],
    },
    options: {
      reduceOptions: LAST,
      orientation: 'auto',
      textMode: name ? 'name' : 'auto',
      colorMode: 'value',
      graphMode: name || words !== undefined ? 'none' : 'area',
      justifyMode: 'auto',
      wideLayout: true,
      showPercentChange: false,
      percentChangeColorMode: 'standard',
    },
  };
}

/** A share of a whole, from 0 to `max`. */
export function gauge(panel: Common & { readonly steps: readonly Threshold[]; readonly max: number }): Panel {
  const { max, steps, unit, ...rest } = panel;
  return {
    ...rest,
    type: 'gauge',
    fieldConfig: {
      defaults: { unit, min: 0, max, color: { mode: 'thresholds' }, thresholds: thresholds(steps) },
      overrides: [],
    },
    options: {
      reduceOptions: LAST,
      orientation: 'auto',
      showThresholdLabels: false,
      showThresholdMarkers: true,
      sizing: 'auto',
      minVizWidth: 75,
      minVizHeight: 75,
    },
  };
}

/** How a histogram's observations spread over its buckets, over time. */
export function heatmap({ unit, ...rest }: Common): Panel {
  return {
    ...rest,
    type: 'heatmap',
    fieldConfig: {
      defaults: { custom: { scaleDistribution: { type: 'linear' } } },
      overrides: [],
    },
    options: {
      calculate: false,
      cellGap: 1,
      color: { mode: 'scheme', scheme: 'Oranges', fill: 'dark-orange', exponent: 0.5, steps: 64, reverse: false },
      exemplars: { color: 'rgba(255,0,255,0.7)' },
      filterValues: { le: 1e-9 },
      legend: { show: true },
      rowsFrame: { layout: 'auto' },
      showValue: 'never',
      tooltip: { mode: 'single', yHistogram: false, showColorScale: false },
      yAxis: { axisPlacement: 'left', reverse: false, unit },
    },
  };
}

/** What a value stands for. */
export interface Word {
  readonly value: number;
  readonly text: string;
  readonly color: string;
}

function mappings(words: readonly Word[] = []): readonly object[] {
  if (words.length === 0) return [];
  const options = Object.fromEntries(words.map(({ value, text, color }, index) => [value, { text, color, index }]));
  return [{ type: 'value', options }];
}

/** When what held: a bar per series. */
export function stateTimeline({ words, unit, ...rest }: Common & { readonly words: readonly Word[] }): Panel {
  return {
    ...rest,
    type: 'state-timeline',
    fieldConfig: {
      defaults: {
        unit,
        color: { mode: 'thresholds' },
        custom: { lineWidth: 0, fillOpacity: 80 },
        mappings: mappings(words),
        thresholds: thresholds(),
      },
      overrides: [],
    },
    options: {
      mergeValues: true,
      showValue: 'never',
      alignValue: 'left',
      rowHeight: 0.8,
      legend: { displayMode: 'list', placement: 'bottom', showLegend: false, calcs: [] },
      tooltip: { mode: 'single', sort: 'none' },
    },
  };
}
