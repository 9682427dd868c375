/** Says in the result on what ground its pairs are comparable, so that a reader can judge it. */
import type { GroundedPair } from './basis.js';
import type { CompareResult } from './result.js';
import type { UpstreamView } from './upstream-view.js';

type Ground = CompareResult['ground'];

interface Counts extends Pick<Ground, 'same_plan' | 'journal' | 'unknown'> {
  /** Of those with other plans, how many could be held against what the upstream sent. */
  readonly recorded: number;
  /** Of those that are unknown, how many never came to the upstream. */
  readonly unasked: number;
}

/** @param unreadable why the journal could not be read */
export function groundSummary(
  pairs: readonly GroundedPair[],
  view: UpstreamView | undefined,
  unreadable: string | undefined,
): Ground {
  const count = (wanted: GroundedPair['ground']): number => pairs.filter(({ ground }) => ground === wanted).length;
  const counts = { same_plan: count('same_plan'), journal: count('journal'), unknown: count('unknown') };
  const toldBy = toldByOf(view, counts.same_plan);
  const recorded = pairs.filter(({ recordedContent }) => recordedContent !== undefined).length;
  const unasked = pairs.filter(({ entries, ground }) => ground === 'unknown' && entries?.isUnasked === true).length;
  const explanation = explanationOf({ ...counts, recorded, unasked }, toldBy, view, unreadable);
  return { ...counts, told_by: toldBy, explanation };
}

function toldByOf(view: UpstreamView | undefined, samePlan: number): Ground['told_by'] {
  if (view === undefined || view.byHeader + view.byBody === 0) return samePlan > 0 ? 'content' : 'nothing';
  if (view.byBody === 0) return 'header';
  return view.byHeader === 0 ? 'body' : 'both';
}

const TOLD: { readonly [by in Ground['told_by']]: string } = {
  header: 'The gateway passes x-llm-sim-request-id on.',
  body: 'The gateway drops x-llm-sim-request-id; its requests are known by the name of the user in their body.',
  both: 'The gateway passes x-llm-sim-request-id on for some requests; the others are known by the name of the user in their body.',
  content: 'Most answers of both ways have equal content, so they are taken to have had equal plans.',
  nothing: "Nothing tells which of the upstream's requests are which of the gateway's.",
};

const ADVICE =
  'If the gateway changes nothing but the header, a simulator with simulation.equal_requests: same and --no-request-ids compare contents too.';

function explanationOf(
  { journal, recorded, same_plan, unasked, unknown }: Counts,
  toldBy: Ground['told_by'],
  view: UpstreamView | undefined,
  unreadable: string | undefined,
): string {
  const sentences = [TOLD[toldBy]];
  if (view === undefined)
    sentences.push(`The journal of the upstream is not used: ${unreadable ?? 'it cannot be read'}.`);
  if (same_plan > 0) sentences.push(`${same_plan} pairs had the same plan, and are compared in time and content.`);
  if (journal > 0) {
    sentences.push(
      `${journal} pairs had different plans: the planned times are taken off both sides, and ${contentsOf(recorded)}.`,
    );
  }
  if (journal > recorded && toldBy === 'body') sentences.push(ADVICE);
  if (unasked > 0) sentences.push(`${unasked} pairs never came to the upstream: of these only the ends are compared.`);
  if (unknown > unasked) sentences.push(`${unknown - unasked} pairs cannot be compared.`);
  return sentences.join(' ');
}

function contentsOf(recorded: number): string {
  return recorded === 0 ? 'contents are not compared' : `${recorded} contents are compared with what the upstream sent`;
}
