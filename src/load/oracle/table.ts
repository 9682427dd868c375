/** The oracle's result as lines for a person; the findings come last, where a terminal shows them. */
import type { DelaySpread, OracleResult } from './result.js';

export function oracleTable(result: OracleResult): string {
  const { attempts, cancellations, connections, duplicates, endings, retries } = result;
  const rows: (readonly [name: string, text: string])[] = [
    [
      'requests',
      `${result.requests} sent, ${result.entries} at the upstream, ${result.entries_matched} told apart by their keys`,
    ],
    ['attempts', `${attempts.per_request} per request (${listed(attempts.by_count, (count) => `${count}×`)})`],
    ['retries', retriesText(result)],
    ['duplicates', `${duplicates.overlapping} overlapping, ${duplicates.after_success} behind a success`],
  ];
  if (retries.with_retry_after > 0) {
    rows.push([
      'retry-after',
      `${retries.with_retry_after} asked for; waited longer than asked by ${spread(retries.beyond_retry_after)}`,
    ]);
  }
  if (Object.keys(retries.not_retried).length > 0) rows.push(['not retried', listed(retries.not_retried)]);
  if (connections !== null) {
    const { in_flight_max, opened, requests_per_connection } = connections;
    rows.push([
      'connections',
      `${opened} opened, ${requests_per_connection} requests on each, at most ${in_flight_max} at once`,
    ]);
  }
  if (cancellations.client_left > 0) {
    const { client_left, delay, ran_on, reached_upstream, unseen } = cancellations;
    const unseenText = unseen === 0 ? '' : `; ${unseen} never arrived or had not ended yet`;
    rows.push([
      'clients that left',
      `${client_left}: ${reached_upstream} noticed after ${spread(delay)}; ${ran_on} ran on${unseenText}`,
    ]);
  }
  rows.push([
    'endings',
    endings.map(({ client, requests, upstream }) => `${upstream} → ${client} ${requests}`).join(', ') || 'none known',
  ]);
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`);
  const findings = result.findings.map(({ code, examples, message }) => `! ${message}${naming(examples)} [${code}]`);
  return `${[...lines, ...findings].join('\n')}\n`;
}

function retriesText({ retries }: OracleResult): string {
  if (retries.count === 0) return 'none';
  return `${retries.count} (${listed(retries.by_reason)}), after ${spread(retries.wait)}`;
}

function listed(counts: { readonly [name: string]: number }, word = (name: string): string => name): string {
  return Object.entries(counts)
    .map(([name, count]) => `${word(name)} ${count}`)
    .join(', ');
}

function spread({ max_ms, min_ms, p50_ms }: DelaySpread): string {
  return `${p50_ms} ms (${min_ms} to ${max_ms})`;
}

function naming(examples: readonly string[]): string {
  return examples.length === 0 ? '' : `, such as ${examples.slice(0, 2).join(', ')}`;
}
