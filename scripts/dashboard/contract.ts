/**
 * The parts of Grafana's dashboard model that ours needs (schema version 42, of Grafana 12 and 13), and nothing else of it. A panel comes from a
 * section without a number and a place; layout.ts gives it both.
 */

/** One query of a panel, in PromQL, with what its series are called. `{{label}}` in a legend stands for a label's value. */
export interface Query {
  readonly expr: string;
  readonly legend: string;
  /** `heatmap`: the series are the buckets of one histogram. */
  readonly format?: 'time_series' | 'heatmap';
  /** Asks for the present value alone. */
  readonly instant?: boolean;
}

export interface Threshold {
  readonly color: string;
  /** From which value on; null from the least. */
  readonly value: number | null;
}

export interface Panel {
  readonly type: 'timeseries' | 'stat' | 'gauge' | 'heatmap' | 'state-timeline';
  readonly title: string;
  readonly description: string;
  /** Of the 24 columns of a dashboard. */
  readonly width: number;
  readonly queries: readonly Query[];
  readonly fieldConfig: { readonly defaults: object; readonly overrides: readonly object[] };
  readonly options: object;
}

/** Panels under a heading. One that is collapsed is not asked for until somebody opens it. */
export interface Section {
  readonly title: string;
  /** Rows of a panel's height; one is some 30 pixels. */
  readonly height: number;
  readonly collapsed?: boolean;
  readonly panels: readonly Panel[];
}
