/**
 * What the main thread tells a worker besides requests: to get ready for a further generation of the configuration, or to forget one. A
 * notice takes the same ring as the requests, so that it is in effect for those behind it and not for those before it.
 *
 *   0 uint32 0xffffffff, which is no request's slot   4 uint32 1 get ready, 2 forget   8 uint32 generation
 *   12 uint32 bytes of the snapshot's own text; then that text, then the one of its traces; neither is there to be forgotten
 */
import { getUint32, putUint32 } from './byte-order.js';

const HEAD_BYTES = 16;
const NO_SLOT = 0xffff_ffff;
const GET_READY = 1;
const FORGET = 2;

/** A snapshot of the configuration as it crosses to other processes and to threads. */
export interface SnapshotTexts {
  readonly generation: number;
  /** JSON: the snapshot without the rows of its traces. */
  readonly own: string;
  /** JSON: the traces, which can be large and only concern those who render. */
  readonly traces: string;
}

export type ThreadNotice =
  | { readonly kind: 'get_ready'; readonly texts: SnapshotTexts }
  | { readonly kind: 'forget'; readonly generation: number };

/** The parts of the record. */
export function encodeNotice(notice: ThreadNotice): Uint8Array[] {
  const isForget = notice.kind === 'forget';
  const own = isForget ? new Uint8Array(0) : Buffer.from(notice.texts.own);
  const head = new Uint8Array(HEAD_BYTES);
  putUint32(head, 0, NO_SLOT);
  putUint32(head, 4, isForget ? FORGET : GET_READY);
  putUint32(head, 8, isForget ? notice.generation : notice.texts.generation);
  putUint32(head, 12, own.byteLength);
  return isForget ? [head] : [head, own, Buffer.from(notice.texts.traces)];
}

/** Whether the record is a notice rather than a request. */
export function isNotice(record: Uint8Array): boolean {
  return getUint32(record, 0) === NO_SLOT;
}

export function decodeNotice(record: Uint8Array): ThreadNotice {
  const generation = getUint32(record, 8);
  if (getUint32(record, 4) === FORGET) return { kind: 'forget', generation };
  const bytes = Buffer.from(record.buffer, record.byteOffset, record.byteLength);
  const ownEnd = HEAD_BYTES + getUint32(record, 12);
  const texts = { generation, own: bytes.toString('utf8', HEAD_BYTES, ownEnd), traces: bytes.toString('utf8', ownEnd) };
  return { kind: 'get_ready', texts };
}
