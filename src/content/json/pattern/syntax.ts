/**
 * The syntax of a regular expression as far as writing and matching texts needs it: how its parts are put together. What a single
 * character of it stands for ("\d", "[^a-z]", "\p{L}", ".") is left to JavaScript's own engine, one character at a time, which no
 * expression can make slow. Only sources that JavaScript accepts are parsed. Back references and inline flags are not supported.
 */
import { CharacterClass } from './character-class.js';

/** The lengths of the texts that a node matches, in characters. */
interface Lengths {
  readonly shortest: number;
  /** May be Infinity. */
  readonly longest: number;
}

export type PatternNode = Lengths &
  (
    | { readonly kind: 'character'; readonly class: CharacterClass }
    | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
    | { readonly kind: 'choice'; readonly branches: readonly PatternNode[] }
    | { readonly kind: 'repeat'; readonly body: PatternNode; readonly least: number; readonly most: number }
    | { readonly kind: 'edge'; readonly edge: Edge }
    | { readonly kind: 'look'; readonly ahead: boolean; readonly negated: boolean; readonly body: PatternNode }
  );

export type Edge = 'start' | 'end' | 'word' | 'no-word';

/** Deepest nesting of groups. */
const GROUPS_DEPTH_MAX = 50;
/** One character of a class or outside, with what a backslash before it belongs to. */
const ESCAPE =
  /\\(?:u\{[0-9a-fA-F]+\}|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[a-zA-Z]|[pP]\{[^}]*\}|[\s\S])/uy;
const QUANTIFIER = /(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/y;
const GROUP_START = /\((?:\?(?:(:)|(<?[=!])|<[^>=!]*>))?/y;
const EDGES: { readonly [source: string]: Edge } = { '^': 'start', $: 'end', '\\b': 'word', '\\B': 'no-word' };
const EDGE = /[\^$]|\\[bB]/y;

/** @returns undefined when the source uses what is not supported */
export function parsePattern(source: string, flags: string): PatternNode | undefined {
  try {
    return new Parser(source, flags).parse();
  } catch (error) {
    if (error instanceof Unsupported) return undefined;
    throw error;
  }
}

class Unsupported extends Error {}

class Parser {
  readonly #source: string;
  readonly #flags: string;
  readonly #classes = new Map<string, CharacterClass>();
  #at = 0;
  #depth = 0;

  constructor(source: string, flags: string) {
    this.#source = source;
    this.#flags = flags;
  }

  parse(): PatternNode {
    const node = this.#choice();
    if (this.#at < this.#source.length) throw new Unsupported();
    return node;
  }

  #choice(): PatternNode {
    if (++this.#depth > GROUPS_DEPTH_MAX) throw new Unsupported();
    const branches = [this.#sequence()];
    while (this.#source[this.#at] === '|') {
      this.#at++;
      branches.push(this.#sequence());
    }
    this.#depth--;
    return branches.length === 1 ? (branches[0] as PatternNode) : choiceOf(branches);
  }

  #sequence(): PatternNode {
    const parts: PatternNode[] = [];
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at] as string)) {
      parts.push(this.#quantified(this.#atom()));
    }
    return parts.length === 1 ? (parts[0] as PatternNode) : sequenceOf(parts);
  }

  #quantified(body: PatternNode): PatternNode {
    const match = this.#take(QUANTIFIER);
    if (match === null) return body;
    const [, mark, least, comma, most] = match;
    if (mark !== undefined) return repeatOf(body, mark === '+' ? 1 : 0, mark === '?' ? 1 : Number.POSITIVE_INFINITY);
    const from = Number(least);
    if (comma === undefined) return repeatOf(body, from, from);
    return repeatOf(body, from, most === '' ? Number.POSITIVE_INFINITY : Number(most));
  }

  #atom(): PatternNode {
    const edge = this.#take(EDGE);
    if (edge !== null) return { kind: 'edge', edge: EDGES[edge[0]] as Edge, shortest: 0, longest: 0 };
    const next = this.#source[this.#at];
    if (next === '(') return this.#group();
    if (next === '[') return this.#character(this.#bracketed());
    if (next === '\\') return this.#character(this.#escaped());
    const character = String.fromCodePoint(this.#source.codePointAt(this.#at) as number);
    this.#at += character.length;
    return this.#character(character);
  }

  #group(): PatternNode {
    const start = this.#take(GROUP_START);
    if (start === null || this.#source[this.#at] === '?') throw new Unsupported();
    const body = this.#choice();
    if (this.#source[this.#at++] !== ')') throw new Unsupported();
    const look = start[2];
    if (look === undefined) return body;
    return { kind: 'look', ahead: !look.startsWith('<'), negated: look.endsWith('!'), body, shortest: 0, longest: 0 };
  }

  #escaped(): string {
    const match = this.#take(ESCAPE);
    if (match === null || /^\\[1-9k]/.test(match[0])) throw new Unsupported();
    return match[0];
  }

  /** The class from "[" to "]". Without the flag v there is none inside another. */
  #bracketed(): string {
    const start = this.#at++;
    while (this.#source[this.#at] !== ']') {
      if (this.#at >= this.#source.length) throw new Unsupported();
      this.#at += this.#source[this.#at] === '\\' ? 2 : 1;
    }
    return this.#source.slice(start, ++this.#at);
  }

  #character(source: string): PatternNode {
    let known = this.#classes.get(source);
    if (known === undefined) {
      known = classOf(source, this.#flags);
      this.#classes.set(source, known);
    }
    return { kind: 'character', class: known, shortest: 1, longest: 1 };
  }

  #take(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.#at;
    const match = expression.exec(this.#source);
    if (match !== null) this.#at += match[0].length;
    return match;
  }
}

/** Outside its expression a character's source may mean something else or nothing: an octal escape, a lone brace. */
function classOf(source: string, flags: string): CharacterClass {
  try {
    return new CharacterClass(source, flags);
  } catch {
    throw new Unsupported();
  }
}

function choiceOf(branches: readonly PatternNode[]): PatternNode {
  const shortest = Math.min(...branches.map((branch) => branch.shortest));
  return { kind: 'choice', branches, shortest, longest: Math.max(...branches.map((branch) => branch.longest)) };
}

function sequenceOf(parts: readonly PatternNode[]): PatternNode {
  let shortest = 0;
  let longest = 0;
  for (const part of parts) {
    shortest += part.shortest;
    longest += part.longest;
  }
  return { kind: 'sequence', parts, shortest, longest };
}

function repeatOf(body: PatternNode, least: number, most: number): PatternNode {
  const longest = body.longest === 0 || most === 0 ? 0 : body.longest * most;
  return { kind: 'repeat', body, least, most, shortest: body.shortest * least, longest };
}
