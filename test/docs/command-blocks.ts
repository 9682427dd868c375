/**
 * Which blocks of a page hold commands, and what is to be done with each. A block is run as it is written unless a marker right above it,
 * of the form `<!-- name: value -->`, says otherwise; a marker that is not in the list below is a mistake. CONTRIBUTING.md explains
 * them to authors.
 */
import type { Block, Marker, Page } from './markdown-page.js';

/** Markers of command blocks that are not run, with the values that they may have. They are still looked at: see static-checks.ts. */
const NOT_RUN: { readonly [name: string]: RegExp } = {
  needs:
    /^(cluster|container engine|systemd|machine-wide service|root|network|another machine|code of this page|a release)$/,
  takes: /^\d+ (seconds|minutes|hours)$/,
};

/** Markers of command blocks that are run. */
const RUN: { readonly [name: string]: RegExp } = {
  /**
   * A server with these flags runs from here on (`default`: with none), as if the reader had started it in another terminal. Words such as
   * `NAME=value` in front are its environment.
   */
  server: /\S/,
  /** The status of the block's last command that fails. Without it no command may fail. */
  exits: /^[1-9]\d{0,2}$/,
  /** The block runs until somebody ends it, and is ended after so long. */
  stops: /^after \d+ seconds$/,
  /** Skipped where this program is not installed. */
  tool: /^[a-z0-9-]+$/,
};

/** Markers of blocks that are no commands. */
const OTHER: { readonly [name: string]: RegExp } = {
  /** The block is a file that later commands read. */
  file: /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+$/,
  /** `varies`: the output right behind a command has this shape, with other numbers. `of something else`: it is not that command's. */
  output: /^(varies|of something else)$/,
};

const COMMAND_LANGUAGES = new Set(['bash', 'sh', 'shell', 'console']);
const OUTPUT_LANGUAGES = new Set(['', 'text', 'json']);
const LOOKS_LIKE_COMMANDS =
  /^\s*(\$ |(sudo|npm|npx|node|curl|llm-simulator (?=serve|validate|plan|scenarios|load|compare|-)|docker|kubectl|helm|systemctl|journalctl|bash|python3?|pip3?|git|tar|cp|kill|jq|openssl|promtool) |scripts\/)/;

export interface Output {
  readonly language: string;
  readonly text: string;
  readonly varies: boolean;
}

export interface Command {
  readonly kind: 'command';
  readonly line: number;
  readonly text: string;
  /** Why it is not run. */
  readonly notRun: Marker | undefined;
  readonly tool: string | undefined;
  readonly server: string | undefined;
  readonly exits: number | undefined;
  readonly stopsAfterSecs: number | undefined;
  /** What the page shows of its output. */
  readonly output: Output | undefined;
}

export interface File {
  readonly kind: 'file';
  readonly line: number;
  readonly name: string;
  readonly text: string;
}

export type Step = Command | File;

/** What a page has its reader do, in order, and what is wrong with its markers. */
export function stepsOf(page: Page): { readonly steps: Step[]; readonly problems: string[] } {
  const steps: Step[] = [];
  const problems: string[] = [];
  page.blocks.forEach((block, index) => {
    const problem = problemOf(block, page.blocks[index - 1]);
    if (problem !== undefined) {
      problems.push(`${page.path}:${block.line} ${problem}`);
      return;
    }
    const file = markerValue(block, 'file');
    if (file !== undefined) {
      steps.push({ kind: 'file', line: block.line, name: file, text: `${block.text}\n` });
    } else if (isCommand(block)) {
      steps.push(...commandsOf(block, outputOf(page.blocks[index + 1])));
    }
  });
  return { steps, problems };
}

function isCommand(block: Block): boolean {
  return COMMAND_LANGUAGES.has(block.language) || (block.language === '' && /^\$ /m.test(block.text));
}

function markerValue(block: Block, name: string): string | undefined {
  return block.markers.find((marker) => marker.name === name)?.value;
}

function problemOf(block: Block, before: Block | undefined): string | undefined {
  const allowed = isCommand(block) && markerValue(block, 'file') === undefined ? { ...NOT_RUN, ...RUN } : OTHER;
  for (const { name, value } of block.markers) {
    const pattern = allowed[name];
    if (pattern === undefined) return `has a marker "${name}", which may be one of: ${Object.keys(allowed).join(', ')}`;
    if (!pattern.test(value)) return `has the marker "${name}: ${value}", whose value must match ${pattern.source}`;
  }
  if (isCommand(block) || block.language !== '' || isOutput(block, before)) return undefined;
  return LOOKS_LIKE_COMMANDS.test(block.text)
    ? 'looks like commands: call it sh, or text where nobody is to run it'
    : undefined;
}

function isOutput(block: Block, before: Block | undefined): boolean {
  return block.isRightBehindBlock && before !== undefined && isCommand(before);
}

function outputOf(next: Block | undefined): Output | undefined {
  if (next === undefined || !next.isRightBehindBlock || isCommand(next) || !OUTPUT_LANGUAGES.has(next.language))
    return undefined;
  const marker = markerValue(next, 'output');
  if (marker === 'of something else' || markerValue(next, 'file') !== undefined) return undefined;
  return { language: next.language, text: next.text, varies: marker === 'varies' };
}

function commandsOf(block: Block, output: Output | undefined): Command[] {
  const exits = markerValue(block, 'exits');
  const stops = markerValue(block, 'stops');
  const common = {
    kind: 'command' as const,
    line: block.line,
    notRun: block.markers.find(({ name }) => name in NOT_RUN),
    tool: markerValue(block, 'tool'),
    exits: exits === undefined ? undefined : Number(exits),
    stopsAfterSecs: stops === undefined ? undefined : Number(/\d+/.exec(stops)![0]),
  };
  const server = markerValue(block, 'server');
  if (!/^\$ /m.test(block.text)) return [{ ...common, text: block.text, server, output }];
  return transcript(block.text).map(({ command, shown }, index) => ({
    ...common,
    text: command,
    server: index === 0 ? server : undefined,
    output: shown.trim() === '' ? undefined : { language: '', text: shown, varies: false },
  }));
}

/** Commands behind `$ `, each with the lines below it that it puts out. */
function transcript(text: string): { command: string; shown: string }[] {
  const parts: { command: string; shown: string }[] = [];
  for (const line of text.split('\n')) {
    const last = parts.at(-1);
    if (line.startsWith('$ ')) parts.push({ command: line.slice(2), shown: '' });
    else if (last === undefined) throw new Error(`a transcript begins with "$ ": ${line}`);
    else if (last.shown === '' && goesOn(last.command)) last.command += `\n${line}`;
    else last.shown += `${line}\n`;
  }
  return parts;
}

function goesOn(command: string): boolean {
  return /(\\|\||&&)$/.test(command) || (command.match(/'/g) ?? []).length % 2 === 1;
}
