/** How spans leave, as the configuration has it, and what the thread that sends them is given. */

export interface TracingSettings {
  readonly enabled: boolean;
  /** Share of the requests without a trace of their caller's. */
  readonly sample_rate: number;
  /** Base URL of an OTLP receiver. */
  readonly otlp_endpoint: string;
  readonly otlp_protocol: 'grpc' | 'http/protobuf';
  readonly headers: { readonly [name: string]: string };
  readonly service_name: string;
  readonly resource_attributes: { readonly [name: string]: string };
  readonly export_timeout_secs: number;
}

/** Plain data. */
export interface ExportTask {
  readonly settings: TracingSettings;
  /** What is said of the process that all spans come from, before the configuration's own words. */
  readonly resource: { readonly [name: string]: string | number };
  readonly version: string;
}

/** Whether both send the same way: the share and the switch are not the thread's business. */
export function sendsAlike(one: TracingSettings, other: TracingSettings): boolean {
  return wayOf(one) === wayOf(other);
}

function wayOf({ enabled, sample_rate, ...way }: TracingSettings): string {
  return JSON.stringify(way);
}
