/**
 * Where a listing of the journal goes on: per process, the entry up to which it has come. As text it is base64url of JSON, which clients
 * hand back as they got it:
 *
 *   ["newest", [[process, epoch, number], …]]
 */
import type { JournalOrder } from './journal-question.js';

export interface JournalPosition {
  readonly epoch: string;
  /** The last entry that the listing has passed. */
  readonly passed: number;
}

export interface JournalCursor {
  readonly order: JournalOrder;
  /** By process. */
  readonly positions: ReadonlyMap<number, JournalPosition>;
}

/** Longer than a cursor over a thousand processes. */
export const CURSOR_CHARS_MAX = 65_536;

export function cursorText({ order, positions }: JournalCursor): string {
  const rows = [...positions].map(([process, { epoch, passed }]) => [process, epoch, passed]);
  return Buffer.from(JSON.stringify([order, rows])).toString('base64url');
}

/** Undefined for a text that no listing gave. */
export function parseCursor(text: string): JournalCursor | undefined {
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
  if (!Array.isArray(document) || document.length !== 2) return undefined;
  const [order, rows] = document;
  if ((order !== 'newest' && order !== 'oldest') || !Array.isArray(rows)) return undefined;
  const positions = new Map<number, JournalPosition>();
  for (const row of rows) {
    if (!Array.isArray(row)) return undefined;
    const [process, epoch, passed] = row;
    if (!Number.isInteger(process) || typeof epoch !== 'string' || !Number.isSafeInteger(passed)) return undefined;
    positions.set(process, { epoch, passed });
  }
  return { order, positions };
}
