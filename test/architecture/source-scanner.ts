/**
 * Finds what a TypeScript module imports, without a compiler: cuts the text into words, string literals and punctuation, with comments,
 * template literals and regular expressions told apart from code, and reads the import forms off that sequence.
 */

export interface Token {
  readonly kind: 'word' | 'string' | 'punctuation' | 'other';
  readonly text: string;
}

export interface Import {
  readonly specifier: string;
  /** Gone after compilation: `import type`, `export type … from`, `typeof import(…)`. */
  readonly typeOnly: boolean;
}

const SKIPPED = /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const WORD = /[\p{ID_Start}$_#][\p{ID_Continue}$]*/uy;
const NUMBER = /\d[\w.]*/y;
const STRING = /'((?:[^'\\\n]|\\[\s\S])*)'|"((?:[^"\\\n]|\\[\s\S])*)"/y;
const REGULAR_EXPRESSION = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/y;
const TEMPLATE_PART = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*/y;
/** After these words a slash begins a regular expression; after others it divides. */
const BEFORE_EXPRESSION = new Set(['return', 'typeof', 'case', 'in', 'of', 'new', 'delete', 'void', 'throw', 'await']);

/** The code of the text; template literals are reduced to the expressions within them. */
export function tokenize(text: string): Token[] {
  return new Tokenizer(text).run();
}

class Tokenizer {
  readonly #text: string;
  readonly #tokens: Token[] = [];
  /** For each open brace whether it belongs to a template literal. */
  readonly #braces: boolean[] = [];
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  run(): Token[] {
    while (this.#position < this.#text.length) {
      if (this.#match(SKIPPED) === null && !this.#takeLong()) this.#takeCharacter();
    }
    return this.#tokens;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#position;
    const found = pattern.exec(this.#text);
    if (found !== null) this.#position = pattern.lastIndex;
    return found;
  }

  #push(kind: Token['kind'], text: string): void {
    this.#tokens.push({ kind, text });
  }

  /** A word, a string, a number or a regular expression. */
  #takeLong(): boolean {
    const word = this.#match(WORD);
    const string = word === null ? this.#match(STRING) : null;
    if (word !== null) this.#push('word', word[0]);
    else if (string !== null) this.#push('string', string[1] ?? string[2] ?? '');
    else if (this.#match(NUMBER) !== null || this.#matchRegularExpression()) this.#push('other', '');
    else return false;
    return true;
  }

  #matchRegularExpression(): boolean {
    return expectsExpression(this.#tokens) && this.#match(REGULAR_EXPRESSION) !== null;
  }

  #takeCharacter(): void {
    const character = this.#text[this.#position++] as string;
    if (character === '`') {
      this.#push('other', '');
      this.#takeTemplatePart();
    } else if (character === '}' && this.#braces.pop() === true) this.#takeTemplatePart();
    else {
      if (character === '{') this.#braces.push(false);
      this.#push('punctuation', character);
    }
  }

  /** The constant text of a template literal, up to its end or to the brace of its next expression. */
  #takeTemplatePart(): void {
    this.#match(TEMPLATE_PART);
    if (this.#text[this.#position] === '`') this.#position += 1;
    else {
      this.#position += 2;
      this.#braces.push(true);
    }
  }
}

function expectsExpression(tokens: readonly Token[]): boolean {
  const last = tokens.at(-1);
  if (last === undefined) return true;
  if (last.kind === 'word') return BEFORE_EXPRESSION.has(last.text);
  return last.kind === 'punctuation' && !')]}'.includes(last.text);
}

/** Static and dynamic imports, re-exports and require calls, in the order of the text. A computed specifier is not seen. */
export function importsOf(tokens: readonly Token[]): Import[] {
  const found: Import[] = [];
  tokens.forEach((token, index) => {
    const before = tokens[index - 1];
    const after = tokens[index + 1];
    if (token.kind === 'string') {
      const loads = loadingCall(tokens, index);
      if (loads !== undefined) found.push({ specifier: token.text, typeOnly: loads === 'type' });
    } else if (token.kind === 'word' && (token.text === 'import' || token.text === 'export') && before?.text !== '.') {
      const specifier =
        token.text === 'import' && after?.kind === 'string' ? after.text : fromClause(tokens, index + 1);
      if (specifier !== undefined) found.push({ specifier, typeOnly: isTypeClause(tokens, index + 1) });
    }
  });
  return found;
}

/** What is loaded when the string at the index is the argument of import(…), require(…) or createRequire(…)(…). */
function loadingCall(tokens: readonly Token[], index: number): 'value' | 'type' | undefined {
  if (tokens[index - 1]?.text !== '(') return undefined;
  const callee = tokens[index - 2];
  if (tokens[index - 3]?.text === '.') return undefined;
  if (callee?.text === 'import') return tokens[index - 3]?.text === 'typeof' ? 'type' : 'value';
  if (callee?.text === 'require' || callee?.text === ')') return 'value';
  return undefined;
}

/** The specifier of `… from "specifier"`, when what follows the index is such a clause. */
function fromClause(tokens: readonly Token[], index: number): string | undefined {
  for (let at = index; at < tokens.length; at++) {
    const { kind, text } = tokens[at] as Token;
    if (kind === 'word' && text === 'from' && tokens[at + 1]?.kind === 'string') return tokens[at + 1]?.text;
    if (kind === 'string' || kind === 'other' || (kind === 'punctuation' && !'{},*'.includes(text))) return undefined;
  }
  return undefined;
}

/** `type` is a keyword here unless it is itself what is imported: `import type from …`, `import type, { … } from …`. */
function isTypeClause(tokens: readonly Token[], index: number): boolean {
  const next = tokens[index + 1]?.text;
  return tokens[index]?.text === 'type' && next !== 'from' && next !== ',';
}
