/**
 * YAML as layers of the configuration: a text's values with the place of each of them. This is the only file that knows YAML. A
 * document's size, depth and aliases are bounded before anything is built from it.
 */
import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Pair,
  type ParsedNode,
  Parser,
  type YAMLError,
} from 'yaml';
import { type Layer, problemFrom } from './layers.js';
import { copyPlain, depthMax } from './plain-data.js';
import type { ConfigurationProblem, Finding, Path } from './problems.js';

/** A configuration of a thousand models is 300 KB. */
/** Of the library's reason why a text is no YAML: its own words and the beginning of what it quotes. */
const REASON_CHARS_MAX = 500;

export const textCharsMax = 1_048_576;
/** The parser's stack at the deepest point that is accepted: a map and its entry count as two. */
const parserStackMax = 2 * depthMax;
/** How often aliases may be expanded, multiplied through; guards against documents that explode. */
const aliasCountMax = 1_000;

interface ParsedText {
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
  /** Offset at which the text nests too deeply; nothing after it was read. */
  readonly tooDeepAt: number | undefined;
  readonly secondDocumentAt: number | undefined;
}

/** As yaml's parseDocument, but gives up at a depth where composing the document would exhaust the stack. */
function parseText(text: string): ParsedText {
  const lines = new LineCounter();
  lines.addNewLine(0);
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  let tooDeepAt: number | undefined;
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    if (parser.stack.length <= parserStackMax) continue;
    tooDeepAt = parser.offset;
    break;
  }
  if (tooDeepAt === undefined) tokens.push(...parser.end());
  const composer = new Composer({ merge: true, prettyErrors: false });
  const [document, second] = [...composer.compose(tooDeepAt === undefined ? tokens : [], true, text.length)];
  return { document: document!, lines, tooDeepAt, secondDocumentAt: second?.range[0] };
}

/** The offset of the key or value at the path, or of the innermost node on the way that the text itself holds. */
function offsetOf(document: Document.Parsed, path: Path, part: 'key' | 'value'): number {
  let node: ParsedNode | null | undefined = document.contents;
  let offset = node?.range[0] ?? 0;
  for (const segment of path) {
    if (isAlias(node)) node = node.resolve(document) as ParsedNode | undefined;
    if (isMap<ParsedNode, ParsedNode | null>(node)) {
      const pair: Pair<ParsedNode, ParsedNode | null> | undefined = node.items.find(
        ({ key }) => isScalar(key) && String(key.value) === segment,
      );
      if (pair === undefined) return offset;
      node = pair.value;
      offset = part === 'key' || node === null ? pair.key.range[0] : node.range[0];
    } else if (isSeq<ParsedNode>(node)) {
      node = node.items[Number(segment)];
      offset = node?.range[0] ?? offset;
    } else return offset;
  }
  return offset;
}

function syntaxMessage(error: YAMLError, text: string): string {
  if (error.code !== 'DUPLICATE_KEY') return notYaml(error);
  const key = /^[^:\n]*/.exec(text.slice(error.pos[0], error.pos[0] + 128))?.[0].trim();
  return `key "${key}" is given more than once in the same mapping`;
}

/** The value of a document that parsed; duplicate keys leave the last one standing. Undefined when an alias has no end. */
function plainValue(document: Document.Parsed, findings: Finding[]): unknown {
  try {
    return copyPlain(document.toJS({ maxAliasCount: aliasCountMax }), findings);
  } catch (error) {
    findings.push({ path: [], part: 'value', message: notYaml(error as Error) });
    return undefined;
  }
}

/** A YAML text as a layer, of at most textCharsMax characters. A text with syntax errors contributes nothing but its problems. */
export function yamlLayer(file: string, text: string, problems: ConfigurationProblem[]): Layer {
  const { document, lines, tooDeepAt, secondDocumentAt } = parseText(text);
  const positionAt = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { kind: 'file', file, line, column: col } as const;
  };
  const report = (message: string, offset: number) => problems.push({ path: '', message, origin: positionAt(offset) });

  for (const error of [...document.errors, ...document.warnings]) report(syntaxMessage(error, text), error.pos[0]);
  if (tooDeepAt !== undefined) report(`is nested more than ${depthMax} levels deep`, tooDeepAt);
  if (secondDocumentAt !== undefined) report('must hold one document, but a second one starts here', secondDocumentAt);

  const readable = document.errors.every((error) => error.code === 'DUPLICATE_KEY');
  const findings: Finding[] = [];
  const layer: Layer = {
    value: readable ? (plainValue(document, findings) ?? {}) : {},
    originOf: (path, part) => positionAt(offsetOf(document, path, part)),
  };
  problems.push(...findings.map((finding) => problemFrom(finding, [layer])));
  return layer;
}

/** A variable's value; undefined when it is not valid YAML, so that the text itself is taken and judged by its key. */
export function parseVariable(text: string): unknown {
  const { document, tooDeepAt } = parseText(text.slice(0, textCharsMax));
  if (tooDeepAt !== undefined || document.errors.length > 0 || document.warnings.length > 0) return undefined;
  return plainValue(document, []);
}

/** The library's own words, on one line. They quote what it met, however long that is. */
function notYaml({ message }: Error): string {
  const reason = message.replace(/\s*\n\s*/g, ' ').replace(/^\s+|[.\s]+$/g, '');
  const shown = reason.length > REASON_CHARS_MAX ? `${reason.slice(0, REASON_CHARS_MAX)}…` : reason;
  return `is not valid YAML: ${shown}`;
}
