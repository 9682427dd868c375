/**
 * What one character of a regular expression stands for: "a", "\d", "[^a-z_]", "\p{L}", ".". Asks JavaScript's own engine about one
 * character at a time. Readable members come first when one is drawn.
 */
import type { Draws } from '../draws.js';

const ASCII = 128;
/** Characters beyond printable ASCII that are tried when none of those belongs to the class: from, to. */
const FURTHER_RANGES = [
  [0x00a1, 0x024f],
  [0x0370, 0x03ff],
  [0x0400, 0x04ff],
  [0x05d0, 0x05ea],
  [0x0620, 0x064a],
  [0x0904, 0x0939],
  [0x0e01, 0x0e30],
  [0x2010, 0x2052],
  [0x20a0, 0x20bf],
  [0x2190, 0x21ff],
  [0x2600, 0x26ff],
  [0x3041, 0x30ff],
  [0x4e00, 0x4eff],
  [0xac00, 0xacff],
  [0x1f600, 0x1f64f],
  [0x0000, 0x001f],
  [0x007f, 0x00a0],
] as const;
/** How often each kind of member is drawn, where the class has it: a-z, 0-9, A-Z, else. */
const GROUP_WEIGHTS = [8, 4, 4, 1] as const;
const GROUPS = [/[a-z]/, /[0-9]/, /[A-Z]/, /[^a-z0-9A-Z]/] as const;

export class CharacterClass {
  readonly #expression: RegExp;
  /** Per ASCII character: 0 not asked yet, 1 belongs, 2 does not. */
  readonly #known = new Uint8Array(ASCII);
  #groups: readonly (readonly string[])[] | undefined;

  constructor(source: string, flags: string) {
    this.#expression = new RegExp(`^${source}$`, flags);
  }

  /** @param character one code point */
  has(character: string): boolean {
    const code = character.charCodeAt(0);
    if (code >= ASCII) return this.#expression.test(character);
    if (this.#known[code] === 0) this.#known[code] = this.#expression.test(character) ? 1 : 2;
    return this.#known[code] === 1;
  }

  /** A member; undefined when none was found. */
  draw(draws: Draws): string | undefined {
    this.#groups ??= this.#membersByGroup();
    let total = 0;
    for (const [index, members] of this.#groups.entries())
      if (members.length > 0) total += GROUP_WEIGHTS[index] as number;
    if (total === 0) return undefined;
    let left = draws.below(total);
    for (const [index, members] of this.#groups.entries()) {
      if (members.length === 0) continue;
      left -= GROUP_WEIGHTS[index] as number;
      if (left < 0) return draws.pick(members);
    }
    return undefined;
  }

  #membersByGroup(): string[][] {
    let members = this.#membersIn(0x20, 0x7e);
    for (const [from, to] of FURTHER_RANGES) {
      if (members.length > 0) break;
      members = this.#membersIn(from, to);
    }
    return GROUPS.map((group) => members.filter((member) => group.test(member)));
  }

  #membersIn(from: number, to: number): string[] {
    const members: string[] = [];
    for (let code = from; code <= to; code++) {
      const character = String.fromCodePoint(code);
      if (this.has(character)) members.push(character);
    }
    return members;
  }
}
