/**
 * The bash script that runs a page: its blocks in order, in one shell, so that variables, background jobs and the folder go on from block
 * to block as they do for a reader. Blocks stand in it as they are written. Added are lines that tell the steps apart, and one behind
 * every server that is started in the background, which waits until it listens: a reader is slower than a shell.
 */
import type { Command, Step } from './command-blocks.js';

const STARTS_IN_BACKGROUND = /(\bllm-simulator serve\b|\bmain\.js serve\b|\bnpm start\b)[^|]*&\s*(#.*)?$/;

/** Whether a command is run on this machine; what it needs may not be there. */
export type IsInstalled = (tool: string) => boolean;

export function isRun(step: Command, isInstalled: IsInstalled): boolean {
  return step.notRun === undefined && (step.tool === undefined || isInstalled(step.tool));
}

/** The script. The output of step i goes to `i.out` in the run's folder, and failing commands to `failures`. */
export function scriptOf(steps: readonly Step[], isInstalled: IsInstalled): string {
  const parts = steps.map((step, index) => {
    if (step.kind === 'file') return `__step ${index}\ncp "$DOCS_RUN/${index}.file" ${step.name}`;
    return isRun(step, isInstalled) ? commandScript(step, index) : '';
  });
  return `${['source "$DOCS_RUN/prelude.sh"', ...parts, '__step end', '__end_foreground'].join('\n')}\n`;
}

function commandScript(step: Command, index: number): string {
  const lines: string[] = [];
  if (step.server !== undefined) {
    lines.push(`__step ${index}.server`, serverCommand(step.server));
  }
  lines.push(`__step ${index}`);
  const text = withWaits(step.text);
  if (step.stopsAfterSecs === undefined) lines.push(text);
  else lines.push('(', text, ') &', `__end_after ${step.stopsAfterSecs} $!`);
  return lines.join('\n');
}

function withWaits(text: string): string {
  const out: string[] = [];
  let command = '';
  for (const line of text.split('\n')) {
    out.push(line);
    command += line.replace(/\\$/, ' ');
    if (line.endsWith('\\')) continue;
    if (STARTS_IN_BACKGROUND.test(command)) out.push('__await');
    command = '';
  }
  return out.join('\n');
}

function serverCommand(marker: string): string {
  const [, environment, flags] = /^((?:[A-Z_]+=\S*\s*)*)(.*)$/.exec(marker)!;
  return `${environment} llm-simulator serve ${flags === 'default' ? '' : flags}`;
}
