/**
 * The prompt cache. A breakpoint leaves an entry under the hash of everything up to it; a later request that begins alike reads the longest
 * prefix for which there is an entry, and what lies between it and the request's last breakpoint is written.
 *
 *   tools │ system ▲1h │ message │ message ▲5m │ message
 *   ├── read ───────┤├──── written, 5m ───────┤├─ neither ┤
 *
 * An entry is found from up to twenty parts before a breakpoint, belongs to one API key and one model, lives for five minutes or an hour and
 * anew with every read. Whoever sends no cache_control neither reads nor leaves anything. Source: the prompt caching page of Anthropic's
 * documentation.
 */
import { type ContentHash, hashValue, hexOf } from '../../kernel/content-hash.js';
import type { JsonObject } from '../../kernel/json-object.js';
import type { Recollection, Simulation } from '../contract.js';
import type { CacheTtl } from './cache-control.js';
import { blocksOf } from './conversation.js';
import type { PromptPart } from './prompt.js';

/** How many parts are looked at for each breakpoint, itself included. */
const LOOK_BACK_PARTS = 20;

const TTL_SECS: { readonly [ttl in CacheTtl]: number } = { '5m': 300, '1h': 3_600 };
const MARKS_DO_NOT_COUNT: ReadonlySet<string> = new Set(['cache_control']);

export interface CacheUsage {
  /** Tokens that were neither read nor written. */
  readonly inputTokens: number;
  readonly readTokens: number;
  readonly writtenTokens: { readonly [ttl in CacheTtl]: number };
}

/** Whose prompt it is, and what besides its parts makes it another one. */
export interface CacheScope {
  readonly apiKey: string;
  readonly model: string;
  /** Settings that change how messages are read, though not tools and system prompt. */
  readonly messageSettings: unknown;
}

interface Entry {
  readonly part: number;
  readonly ttl: CacheTtl;
}

/** What earlier requests left, found before anything is counted: asking for it may start the answer anew. */
export class PromptCache {
  readonly #parts: readonly PromptPart[];
  readonly #simulation: Simulation;
  /** The key of the prefix that ends with a part, for every part at which an entry is looked for or left. */
  readonly #keys: ReadonlyMap<number, string>;
  /** Where an entry was found, in ascending order. */
  readonly #found: readonly Entry[];

  constructor(parts: readonly PromptPart[], scope: CacheScope, simulation: Simulation) {
    this.#parts = parts;
    this.#simulation = simulation;
    const places = placesToLook(parts);
    this.#keys = prefixKeys(parts, places, scope);
    const memories = places.length === 0 ? [] : simulation.recallAll([...this.#keys.values()]);
    this.#found = places.flatMap((part, index) => {
      const ttl = liveTtl(memories[index]);
      return ttl === undefined ? [] : [{ part, ttl }];
    });
  }

  /**
   * How many of the prompt's tokens are read.
   * @param tokens of each part
   * @param minimumTokens a shorter prefix is not cached
   */
  readTokens(tokens: readonly number[], minimumTokens: number): number {
    const upTo = runningSums(tokens);
    const hit = this.#hit(upTo, minimumTokens);
    return hit === undefined ? 0 : upTo[hit.part];
  }

  /**
   * Accounts for the prompt and leaves its breakpoints to later requests.
   * @param tokens of each part
   * @param minimumTokens a shorter prefix is not cached
   * @param rest tokens that belong to no part
   */
  settle(tokens: readonly number[], minimumTokens: number, rest: number): CacheUsage {
    const upTo = runningSums(tokens);
    const total = (upTo.at(-1) ?? 0) + rest;
    const hit = this.#hit(upTo, minimumTokens);
    if (hit !== undefined) this.#leave(hit.part, hit.ttl);
    const writtenTokens = { '5m': 0, '1h': 0 };
    const readTokens = hit === undefined ? 0 : upTo[hit.part];
    let covered = readTokens;
    this.#parts.forEach(({ ttl }, part) => {
      if (ttl === undefined || upTo[part] < minimumTokens) return;
      if (part !== hit?.part) this.#leave(part, ttl);
      writtenTokens[ttl] += Math.max(0, upTo[part] - covered);
      covered = Math.max(covered, upTo[part]);
    });
    return { inputTokens: total - covered, readTokens, writtenTokens };
  }

  #hit(upTo: readonly number[], minimumTokens: number): Entry | undefined {
    return this.#found.findLast(({ part }) => upTo[part] >= minimumTokens);
  }

  #leave(part: number, ttl: CacheTtl): void {
    this.#simulation.remember(this.#keys.get(part)!, ttl, TTL_SECS[ttl]);
  }
}

/** The parts at which an entry would help, in ascending order. */
function placesToLook(parts: readonly PromptPart[]): number[] {
  const places = new Set<number>();
  parts.forEach(({ ttl }, part) => {
    if (ttl === undefined) return;
    for (let place = Math.max(0, part - LOOK_BACK_PARTS + 1); place <= part; place++) places.add(place);
  });
  return [...places].sort((one, other) => one - other);
}

/** By place, in the places' order. A prefix is hashed up to the last place. */
function prefixKeys(
  parts: readonly PromptPart[],
  places: readonly number[],
  { apiKey, model, messageSettings }: CacheScope,
): ReadonlyMap<number, string> {
  const keys = new Map<number, string>();
  const wanted = new Set(places);
  let hash = hashValue(['anthropic', apiKey, model]);
  let section: PromptPart['section'] = 'tools';
  parts.slice(0, (places.at(-1) ?? -1) + 1).forEach((part, place) => {
    if (part.section === 'messages' && section !== 'messages') hash = hashValue([...hash, messageSettings]);
    section = part.section;
    hash = hashValue([...hash, ...hashOfBlock(part.value), part.section === 'messages' ? part.role : part.section]);
    if (wanted.has(place)) keys.set(place, `anthropic.prompt.${hexOf(hash)}`);
  });
  return keys;
}

/** The block's hash without its mark and those within a tool's result, which clients move as the conversation grows. */
function hashOfBlock(block: JsonObject): ContentHash {
  if (block.type !== 'tool_result') return hashValue(block, MARKS_DO_NOT_COUNT);
  const { content, ...rest } = block;
  const inner = blocksOf(content).flatMap((part) => [...hashValue(part, MARKS_DO_NOT_COUNT)]);
  return hashValue([...hashValue(rest, MARKS_DO_NOT_COUNT), ...inner]);
}

function liveTtl(memory: Recollection | undefined): CacheTtl | undefined {
  if (memory === undefined) return undefined;
  const ttl: CacheTtl = memory.document === '1h' ? '1h' : '5m';
  return memory.ageMs <= TTL_SECS[ttl] * 1_000 ? ttl : undefined;
}

function runningSums(values: readonly number[]): number[] {
  let sum = 0;
  return values.map((value) => (sum += value));
}
