/**
 * Reads the layers of the configuration and returns it complete and valid, or throws one failure that names every problem.
 *
 *   config/default.yaml < config/profiles/*.yaml < file < text < object < environment < overrides
 *
 * What a higher layer overrides is not looked at any more; everything that takes effect is. This is the only file that knows
 * YAML. A document's size, depth and aliases are bounded before anything is built from it.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
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
import { packageRoot } from '../kernel/package-root.js';
import { assemble } from './assemble.js';
import { type Environment, environmentLayers } from './environment.js';
import { type Layer, problemFrom, singleValueLayer } from './layers.js';
import { copyPlain, depthMax, isPlainObject, valueAt } from './plain-data.js';
import { ConfigurationFailure, type ConfigurationProblem, type Finding, type Path } from './problems.js';
import type { Configuration } from './schema/configuration.js';
import { readTraces, withTraceFiles } from './traces.js';

export interface LoadRequest {
  /** The user's YAML file. */
  readonly file?: string | undefined;
  /** YAML that is already in memory, with the name under which problems show it. */
  readonly text?: { readonly name: string; readonly content: string } | undefined;
  /** A partial configuration as an object, for users of the library. */
  readonly object?: unknown;
  readonly environment: Environment;
  /** Single values from the command line; `origin` is the flag as the user wrote it. */
  readonly overrides?: readonly { readonly path: Path; readonly value: unknown; readonly origin: string }[] | undefined;
  /** Where default.yaml and profiles/ are; the package's own config folder unless given. */
  readonly defaultsFolder?: string | undefined;
}

/** A configuration of a thousand models is 300 KB. */
const fileBytesMax = 1_048_576;
/** The parser's stack at the deepest point that is accepted: a map and its entry count as two. */
const parserStackMax = 2 * depthMax;
/** How often aliases may be expanded, multiplied through; guards against documents that explode. */
const aliasCountMax = 1_000;
const profilesMax = 64;

const hints = {
  CONFIG_INVALID:
    'Correct the places named above; `llm-simulator validate --config FILE` checks a file without starting.',
  CONFIG_UNREADABLE: 'Check the path and its permissions.',
} as const;

function unreadable(file: string, message: string, hint: string = hints.CONFIG_UNREADABLE): ConfigurationFailure {
  return new ConfigurationFailure(
    'CONFIG_UNREADABLE',
    [{ path: '', message, origin: { kind: 'file', file, line: 1, column: 1 } }],
    hint,
  );
}

function readText(file: string, hint?: string): string {
  try {
    const { size } = statSync(file);
    if (size > fileBytesMax) throw unreadable(file, `is larger than ${fileBytesMax} bytes (got ${size})`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof ConfigurationFailure) throw error;
    throw unreadable(file, `cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`, hint);
  }
}

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
  if (error.code !== 'DUPLICATE_KEY') return `is not valid YAML: ${error.message.trim().replace(/\s*\n\s*/g, ' ')}`;
  const key = /^[^:\n]*/.exec(text.slice(error.pos[0], error.pos[0] + 128))?.[0].trim();
  return `key "${key}" is given more than once in the same mapping`;
}

/** The value of a document that parsed; duplicate keys leave the last one standing. Undefined when an alias has no end. */
function plainValue(document: Document.Parsed, findings: Finding[]): unknown {
  try {
    return copyPlain(document.toJS({ maxAliasCount: aliasCountMax }), findings);
  } catch (error) {
    findings.push({ path: [], part: 'value', message: `is not valid YAML: ${(error as Error).message}` });
    return undefined;
  }
}

/** A YAML text as a layer. A text with syntax errors contributes nothing but its problems. */
function yamlLayer(file: string, text: string, problems: ConfigurationProblem[]): Layer {
  if (text.length > fileBytesMax) throw unreadable(file, `is longer than ${fileBytesMax} characters`);
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

function profileFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .slice(0, profilesMax)
    .map((name) => join(folder, name));
}

/** default.yaml and the catalogue: each profile is the `providers` map of one provider. */
function defaultLayers(folder: string, problems: ConfigurationProblem[]): Layer[] {
  const shown = (file: string) => (folder === join(packageRoot, 'config') ? relative(packageRoot, file) : file);
  const hint =
    'The package is incomplete, or its config folder is hidden by a mount: mount the file itself or elsewhere.';
  const read = (file: string) => yamlLayer(shown(file), readText(file, hint), problems);
  const base = read(join(folder, 'default.yaml'));
  let profiles: string[];
  try {
    profiles = profileFiles(join(folder, 'profiles'));
  } catch {
    throw unreadable(join(folder, 'profiles'), 'cannot be read', hint);
  }
  return [
    base,
    ...profiles.map((file): Layer => {
      const { value, originOf } = read(file);
      return { value: { providers: value }, originOf: (path, part) => originOf(path.slice(1), part) };
    }),
  ];
}

function objectLayer(object: unknown, problems: ConfigurationProblem[]): Layer {
  const findings: Finding[] = [];
  const layer: Layer = { value: copyPlain(object, findings), originOf: () => ({ kind: 'object' }) };
  problems.push(...findings.map((finding) => problemFrom(finding, [layer])));
  return layer;
}

function modelNames(layers: readonly Layer[]): string[] {
  return [
    ...new Set(
      layers.flatMap((layer) => {
        const models = valueAt(layer.value, ['providers']);
        return isPlainObject(models) ? Object.keys(models) : [];
      }),
    ),
  ];
}

/** A variable's value; undefined when it is not valid YAML, so that the text itself is taken and judged by its key. */
function parseVariable(text: string): unknown {
  const { document, tooDeepAt } = parseText(text.slice(0, fileBytesMax));
  if (tooDeepAt !== undefined || document.errors.length > 0 || document.warnings.length > 0) return undefined;
  return plainValue(document, []);
}

/**
 * The complete configuration. Throws ConfigurationFailure: CONFIG_UNREADABLE when a file cannot be read, else CONFIG_INVALID
 * with every problem of every layer.
 */
export function loadConfiguration(request: LoadRequest): Configuration {
  const problems: ConfigurationProblem[] = [];
  const layers = defaultLayers(request.defaultsFolder ?? join(packageRoot, 'config'), problems);
  if (request.file !== undefined) layers.push(fileLayer(request.file, problems));
  if (request.text !== undefined) layers.push(yamlLayer(request.text.name, request.text.content, problems));
  if (request.object !== undefined) layers.push(objectLayer(request.object, problems));
  const fromEnvironment = environmentLayers(request.environment, modelNames(layers), parseVariable);
  layers.push(...fromEnvironment.layers);
  problems.push(...fromEnvironment.problems);
  for (const { path, value, origin } of request.overrides ?? []) {
    layers.push(singleValueLayer(path, value, { kind: 'flag', flag: origin }));
  }
  const assembled = assemble(layers);
  problems.push(...assembled.problems);
  if (problems.length > 0) throw new ConfigurationFailure('CONFIG_INVALID', problems, hints.CONFIG_INVALID);
  return withTraces(assembled.configuration, layers);
}

/** The user's file, whose own folder is where the paths in it begin. */
function fileLayer(file: string, problems: ConfigurationProblem[]): Layer {
  const { value, originOf } = yamlLayer(file, readText(file), problems);
  if (!isPlainObject(value) || !Object.hasOwn(value, 'providers')) return { value, originOf };
  return { value: { ...value, providers: withTraceFiles(value.providers, file) }, originOf };
}

function withTraces(configuration: Configuration, layers: readonly Layer[]): Configuration {
  const { traces, problems, findings } = readTraces(configuration);
  const found = [...findings.map((finding) => problemFrom(finding, layers)), ...problems];
  if (found.length > 0) throw new ConfigurationFailure('CONFIG_INVALID', found, hints.CONFIG_INVALID);
  return Object.keys(traces).length === 0 ? configuration : { ...configuration, traces };
}
