/** A plan as a person reads it: what is answered, what the model says, and a table of every frame. */
import { printable } from '../kernel/printable-text.js';
import { type GeneratedPart, textOf } from '../providers/generation.js';
import type { PlannedFault, RequestPlan } from '../server/request-plan.js';

const TIME_WIDTH = 12;
/** What is cut off, `--json` shows. */
const DATA_CHARS_MAX = 100;

export function planReport(plan: RequestPlan, withFrames: boolean): string {
  const lines = [...summaryLines(plan), ...headerLines(plan), ...contentLines(plan)];
  if (withFrames) lines.push(...frameLines(plan));
  return `${lines.join('\n')}\n`;
}

function summaryLines(plan: RequestPlan): string[] {
  const { promptTokens, cachedTokens, completionTokens, reasoningTokens, frames, fault } = plan;
  const form = plan.stream ? `a stream of ${frames.length} frames` : 'one whole reply';
  return [
    `endpoint  ${plan.endpoint ?? 'none has this method and path'}`,
    `model     ${plan.model ?? '-'}`,
    `answer    ${plan.status}, ${form}`,
    `time      first token ${milliseconds(plan.ttftUs)} ms, end ${milliseconds(plan.e2eUs)} ms after the request's arrival`,
    ...(plan.batched ? ['          with nothing else under way: the model is served by a batching engine'] : []),
    `tokens    ${promptTokens} prompt (${cachedTokens} cached), ${completionTokens} completion (${reasoningTokens} reasoning)`,
    ...(fault === undefined ? [] : [`fault     ${fault.kind}${sourceOf(fault)}: ${printable(fault.message)}`]),
    `digest    ${plan.digest ?? 'none: the reply carries an identifier drawn at random'}`,
    ...(plan.contentDigest === undefined ? [] : [`content   ${plan.contentDigest}`]),
  ];
}

function sourceOf({ injected, rule }: PlannedFault): string {
  if (!injected) return '';
  return rule === undefined ? ', by its header' : `, by the rule ${printable(rule)}`;
}

function headerLines({ headers }: RequestPlan): string[] {
  const lines = ['', 'headers'];
  for (let at = 0; at < headers.length; at += 2) lines.push(`  ${headers[at]}: ${printable(headers[at + 1])}`);
  return lines;
}

function contentLines({ choices }: RequestPlan): string[] {
  return choices.flatMap((choice, index) => [
    '',
    `choice ${index}, ends by ${choice.finish}`,
    ...indented('reasoning', textOf(choice, 'reasoning')),
    ...indented('text', textOf(choice, 'text')),
    ...choice.parts.flatMap(callLines),
  ]);
}

function callLines(part: GeneratedPart): string[] {
  return part.kind === 'tool_call' ? indented(`tool call ${printable(part.name)}`, part.tokens.join('')) : [];
}

function indented(title: string, text: string): string[] {
  return text === '' ? [] : [`  ${title}`, ...text.split('\n').map((line) => `    ${printable(line)}`)];
}

function frameLines({ frames }: RequestPlan): string[] {
  const title = `${'frame'.padStart(6)}${'at ms'.padStart(TIME_WIDTH)}${'gap ms'.padStart(TIME_WIDTH)}  data`;
  const rows = frames.map(({ atUs, bytes }, index) => {
    const gapUs = atUs - (index === 0 ? 0 : frames[index - 1].atUs);
    const times = `${milliseconds(atUs).padStart(TIME_WIDTH)}${milliseconds(gapUs).padStart(TIME_WIDTH)}`;
    return `${String(index + 1).padStart(6)}${times}  ${shortened(bytes)}`;
  });
  return ['', title, ...rows];
}

function shortened(bytes: Buffer): string {
  // No character takes more than four bytes, so what is shown does not depend on what is left unread.
  const text = printable(bytes.toString('utf8', 0, DATA_CHARS_MAX * 4).replace(/\n+$/, ''));
  return text.length <= DATA_CHARS_MAX ? text : `${text.slice(0, DATA_CHARS_MAX)}… (${bytes.length} bytes)`;
}

const milliseconds = (us: number): string => (us / 1_000).toFixed(3);
