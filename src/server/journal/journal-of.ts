/** The journal that a configuration asks for. */
import type { ConfigurationSnapshot } from '../../config/snapshot.js';
import { Journal, type JournalOptions } from './journal.js';

/** Nobody could read one without the admin API. */
export function isJournalKept({ configuration }: ConfigurationSnapshot): boolean {
  return configuration.telemetry.journal.enabled && configuration.admin.enabled;
}

export function journalOf(
  snapshot: ConfigurationSnapshot,
  parts: Pick<JournalOptions, 'table' | 'nodeTimeOffsetUs'>,
): Journal | undefined {
  if (!isJournalKept(snapshot)) return undefined;
  const { body_bytes_max: bodyBytesMax, capacity, record_bodies: records } = snapshot.configuration.telemetry.journal;
  return new Journal({
    ...parts,
    capacity,
    bodyBytesMax: records ? bodyBytesMax : undefined,
    wallMs: Date.now,
  });
}
