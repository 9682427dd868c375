/**
 * Where the plans of open streams lie: their cores are copied into slabs, shared blocks of memory of which each is cut into pieces of one
 * size. A plan costs its own bytes then and no objects of its own, and the hot path finds it by two columns instead of through three
 * objects per stream.
 *
 *   slab of 512-byte blocks:  [ plan | plan | free ─▶ | plan | free ─▶ end ]     the free ones of a slab form a list through themselves
 *   slab of 576-byte blocks:  [ plan | …                                         eight sizes per factor of two: at most an eighth is waste
 *
 * Invariants: a block belongs to one slot or to its slab's free list; a slab without plans is given up, but for one per size. Plans that
 * must outlive their slot's turn are kept as they came, and copies of those that are too large to share anything.
 */
import { copyCore, coreBytes } from './plan-core.js';

const BLOCK_BYTES_MIN = 256;
/** Larger plans are copied whole: what they would save is under one percent. */
const BLOCK_BYTES_MAX = 32 * 1024;
/** Sizes per factor of two. */
const STEPS = 8;
const SLAB_BYTES_MIN = 64 * 1024;
const SLAB_BYTES_MAX = 1024 * 1024;
const NO_BLOCK = -1;

interface Slab {
  readonly bytes: Buffer;
  readonly size: SizeClass;
  /** Offset of the first free block; NO_BLOCK when all are taken. */
  free: number;
  taken: number;
}

interface SizeClass {
  readonly blockBytes: number;
  /** Those with a free block. */
  readonly open: Slab[];
  /** Of all slabs; a further one is as large as all so far, within the limits. */
  bytes: number;
}

export class PlanStore {
  /** By slot: the memory that its plan lies in; undefined without one. Other plans lie there, too. */
  readonly bytes: (Buffer | undefined)[];
  /** By slot: where its plan begins. */
  readonly base: Uint32Array;
  readonly #length: Uint32Array;
  /** By slot: the slab that it has a block of. */
  readonly #slab: (Slab | undefined)[];
  readonly #sizes = new Map<number, SizeClass>();

  /** @param capacity slots are 0 … capacity - 1 */
  constructor(capacity: number) {
    this.bytes = new Array<undefined>(capacity).fill(undefined);
    this.base = new Uint32Array(capacity);
    this.#length = new Uint32Array(capacity);
    this.#slab = new Array<undefined>(capacity).fill(undefined);
  }

  /** Takes a copy of the plan's core (see plan-core.ts) for the slot, which has none. The plan itself is not needed any more. */
  put(slot: number, plan: Buffer): void {
    if (plan.byteLength > BLOCK_BYTES_MAX) {
      this.keep(slot, Buffer.from(plan));
      return;
    }
    const length = coreBytes(plan);
    const slab = this.#openSlab(blockBytesFor(length));
    const offset = slab.free;
    slab.free = slab.bytes.readInt32LE(offset);
    slab.taken++;
    if (slab.free === NO_BLOCK) slab.size.open.pop();
    copyCore(plan, slab.bytes, offset);
    this.bytes[slot] = slab.bytes;
    this.base[slot] = offset;
    this.#length[slot] = length;
    this.#slab[slot] = slab;
  }

  /** Takes the plan itself for the slot, which has none: views of it may outlive the slot. */
  keep(slot: number, plan: Buffer): void {
    this.bytes[slot] = plan;
    this.base[slot] = 0;
  }

  /** The slot's plan, or its core, until it is dropped; undefined for a slot without one. */
  of(slot: number): Buffer | undefined {
    const bytes = this.bytes[slot];
    const base = this.base[slot];
    return this.#slab[slot] === undefined ? bytes : bytes?.subarray(base, base + this.#length[slot]);
  }

  /** Gives up the slot's plan, if there is one: what was made of it by of() is void. */
  drop(slot: number): void {
    const slab = this.#slab[slot];
    this.bytes[slot] = undefined;
    if (slab === undefined) return;
    this.#slab[slot] = undefined;
    const { size } = slab;
    if (slab.free === NO_BLOCK) size.open.push(slab);
    slab.bytes.writeInt32LE(slab.free, this.base[slot]);
    slab.free = this.base[slot];
    if (--slab.taken > 0 || size.open.length === 1) return;
    size.open.splice(size.open.indexOf(slab), 1);
    size.bytes -= slab.bytes.byteLength;
  }

  /** Of all slabs, free blocks included. Plans that were kept as they came are not counted. */
  get slabBytes(): number {
    let bytes = 0;
    for (const size of this.#sizes.values()) bytes += size.bytes;
    return bytes;
  }

  /** A slab with a free block, the last of its size's open ones. */
  #openSlab(blockBytes: number): Slab {
    let size = this.#sizes.get(blockBytes);
    if (size === undefined) {
      size = { blockBytes, open: [], bytes: 0 };
      this.#sizes.set(blockBytes, size);
    }
    return size.open.at(-1) ?? addSlab(size);
  }
}

/** The smallest size that holds so many bytes. */
function blockBytesFor(length: number): number {
  if (length <= BLOCK_BYTES_MIN) return BLOCK_BYTES_MIN;
  const step = 2 ** (31 - Math.clz32(length - 1)) / STEPS;
  return Math.ceil(length / step) * step;
}

function addSlab(size: SizeClass): Slab {
  const { blockBytes } = size;
  const wanted = Math.min(SLAB_BYTES_MAX, Math.max(SLAB_BYTES_MIN, size.bytes));
  const blocks = Math.floor(wanted / blockBytes);
  const slab: Slab = { bytes: Buffer.allocUnsafeSlow(blocks * blockBytes), size, free: 0, taken: 0 };
  for (let block = 0; block < blocks; block++) {
    slab.bytes.writeInt32LE(block + 1 < blocks ? (block + 1) * blockBytes : NO_BLOCK, block * blockBytes);
  }
  size.open.push(slab);
  size.bytes += slab.bytes.byteLength;
  return slab;
}
