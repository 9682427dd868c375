/**
 * Whether a text contains a match of a parsed regular expression, in time that is bounded whatever expression and text: all ways to
 * match are followed at once (a nondeterministic automaton, as in Ken Thompson, "Regular Expression Search Algorithm", 1968), so that
 * nothing backtracks. Steps are counted all the same, because a lookaround is matched anew at each place.
 */
import type { CharacterClass } from './character-class.js';
import type { Edge, PatternNode } from './syntax.js';

type Instruction =
  | { readonly code: 'character'; readonly class: CharacterClass }
  | { readonly code: 'fork'; readonly targets: readonly number[] }
  | { readonly code: 'edge'; readonly edge: Edge }
  | { readonly code: 'look'; readonly ahead: boolean; readonly negated: boolean; readonly program: Program }
  | { readonly code: 'match' };

type Program = readonly Instruction[];

/** Steps that may still be taken, by one match or by many. A step costs some 50 ns. */
export interface StepAllowance {
  steps: number;
}

/** Instructions of one expression: counted repetitions are written out. */
const INSTRUCTIONS_MAX = 10_000;
const WORD = /\w/;

/** @returns undefined when the expression is too large */
export function compileMatcher(node: PatternNode): Matcher | undefined {
  const compiler = new Compiler();
  const program = compiler.compile(node);
  return compiler.overflows ? undefined : new Matcher(program);
}

class Compiler {
  #left = INSTRUCTIONS_MAX;
  overflows = false;

  compile(node: PatternNode): Program {
    const program: Instruction[] = [];
    this.#add(node, program);
    program.push({ code: 'match' });
    return program;
  }

  #add(node: PatternNode, program: Instruction[]): void {
    if (--this.#left < 0) this.overflows = true;
    if (this.overflows) return;
    switch (node.kind) {
      case 'character':
        program.push({ code: 'character', class: node.class });
        break;
      case 'sequence':
        for (const part of node.parts) this.#add(part, program);
        break;
      case 'choice':
        this.#addChoice(node.branches, program);
        break;
      case 'repeat':
        this.#addRepeat(node, program);
        break;
      case 'edge':
        program.push({ code: 'edge', edge: node.edge });
        break;
      case 'look':
        program.push({ code: 'look', ahead: node.ahead, negated: node.negated, program: this.compile(node.body) });
        break;
    }
  }

  #addChoice(branches: readonly PatternNode[], program: Instruction[]): void {
    const targets: number[] = [];
    const exits: number[][] = [];
    program.push({ code: 'fork', targets });
    for (const branch of branches) {
      targets.push(program.length);
      this.#add(branch, program);
      const exit: number[] = [];
      program.push({ code: 'fork', targets: exit });
      exits.push(exit);
    }
    for (const exit of exits) exit.push(program.length);
  }

  #addRepeat({ body, least, most }: PatternNode & { kind: 'repeat' }, program: Instruction[]): void {
    for (let count = 0; count < least && !this.overflows; count++) this.#add(body, program);
    const exits: number[][] = [];
    const optional = most === Number.POSITIVE_INFINITY ? 1 : most - least;
    for (let count = 0; count < optional && !this.overflows; count++) {
      const targets = [program.length + 1];
      program.push({ code: 'fork', targets });
      exits.push(targets);
      this.#add(body, program);
    }
    if (most === Number.POSITIVE_INFINITY) program.push({ code: 'fork', targets: [(exits[0]?.[0] as number) - 1] });
    for (const exit of exits) exit.push(program.length);
  }
}

export class Matcher {
  readonly #program: Program;

  constructor(program: Program) {
    this.#program = program;
  }

  /** Undefined when the question takes more steps than are left; takes those it needs from the allowance. */
  test(text: string, allowance: StepAllowance): boolean | undefined {
    const run = new Run([...text], allowance);
    const found = run.matches(this.#program, 0, undefined);
    return run.isExhausted ? undefined : found;
  }
}

/** One text being matched. */
class Run {
  readonly #characters: readonly string[];
  readonly #allowance: StepAllowance;
  /** What each lookaround has found, by position: those that repeat or nest ask the same again and again. */
  readonly #seen = new Map<Program, Map<number, boolean>>();

  constructor(characters: readonly string[], allowance: StepAllowance) {
    this.#characters = characters;
    this.#allowance = allowance;
  }

  get isExhausted(): boolean {
    return this.#allowance.steps < 0;
  }

  /**
   * @param start where a match begins; undefined: anywhere
   * @param end where it has to end; undefined: anywhere
   */
  matches(program: Program, from: number, end: number | undefined, start?: number): boolean {
    const last = end ?? this.#characters.length;
    let waiting: number[] = [];
    for (let at = from; at <= last && !this.isExhausted; at++) {
      if (start === undefined || at === start) waiting.push(0);
      const reached = this.#follow(program, waiting, at);
      if (reached.has(program.length - 1) && (end === undefined || at === end)) return true;
      if (at === last || (start !== undefined && reached.size === 0)) return false;
      waiting = this.#consume(program, reached, this.#characters[at] as string);
    }
    return false;
  }

  /** The instructions that are reached from the waiting ones without taking a character. */
  #follow(program: Program, waiting: number[], at: number): Set<number> {
    const reached = new Set<number>(waiting);
    for (const index of reached) {
      if (--this.#allowance.steps < 0) break;
      const instruction = program[index] as Instruction;
      if (instruction.code === 'fork') for (const target of instruction.targets) reached.add(target);
      else if (instruction.code === 'edge' && this.#isAt(instruction.edge, at)) reached.add(index + 1);
      else if (instruction.code === 'look' && this.#looks(instruction, at)) reached.add(index + 1);
    }
    return reached;
  }

  #consume(program: Program, reached: Set<number>, character: string): number[] {
    const next: number[] = [];
    for (const index of reached) {
      const instruction = program[index] as Instruction;
      if (instruction.code === 'character' && instruction.class.has(character)) next.push(index + 1);
    }
    return next;
  }

  #looks({ ahead, negated, program }: Instruction & { code: 'look' }, at: number): boolean {
    const known = this.#seen.get(program) ?? new Map<number, boolean>();
    this.#seen.set(program, known);
    let found = known.get(at);
    if (found === undefined) {
      found = ahead ? this.matches(program, at, undefined, at) : this.matches(program, 0, at);
      known.set(at, found);
    }
    return found !== negated;
  }

  #isAt(edge: Edge, at: number): boolean {
    if (edge === 'start') return at === 0;
    if (edge === 'end') return at === this.#characters.length;
    const isBoundary = this.#isWord(at - 1) !== this.#isWord(at);
    return isBoundary === (edge === 'word');
  }

  #isWord(at: number): boolean {
    return WORD.test(this.#characters[at] ?? '');
  }
}
