/**
 * Little-endian integers in byte arrays, for the records that cross threads. Plain shifts instead of DataView: a record lies at any
 * offset, and these are called once or twice per chunk.
 */

/** Writes a uint32 at the offset. */
export function putUint32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value;
  bytes[offset + 1] = value >>> 8;
  bytes[offset + 2] = value >>> 16;
  bytes[offset + 3] = value >>> 24;
}

/** Reads the uint32 at the offset. */
export function getUint32(bytes: Uint8Array, offset: number): number {
  return (bytes[offset] | (bytes[offset + 1] << 8) | (bytes[offset + 2] << 16) | (bytes[offset + 3] << 24)) >>> 0;
}

/** Writes a uint16 at the offset. */
export function putUint16(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value;
  bytes[offset + 1] = value >>> 8;
}

/** Reads the uint16 at the offset. */
export function getUint16(bytes: Uint8Array, offset: number): number {
  return bytes[offset] | (bytes[offset + 1] << 8);
}
