/** A snapshot to and from the JSON in which it crosses to other processes and to threads. */
import type { SnapshotTexts } from '../runtime/thread-notice.js';
import type { ConfigurationSnapshot } from './snapshot.js';

export function snapshotTexts({ traces, ...own }: ConfigurationSnapshot): SnapshotTexts {
  return { generation: own.generation, own: JSON.stringify(own), traces: JSON.stringify(traces) };
}

/** The snapshot as those see it who render nothing: its traces are empty. */
export function ownSnapshot({ own }: Pick<SnapshotTexts, 'own'>): ConfigurationSnapshot {
  return { ...JSON.parse(own), traces: {} };
}

export function wholeSnapshot({ own, traces }: Pick<SnapshotTexts, 'own' | 'traces'>): ConfigurationSnapshot {
  return { ...JSON.parse(own), traces: JSON.parse(traces) };
}
