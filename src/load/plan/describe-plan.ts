/** A plan in a few lines for a person, as reports begin. */
import type { Length } from '../../latency/lengths.js';
import { arrivalsDurationSecs, describeArrivals } from '../arrivals/arrival-process.js';
import type { Delay, LoadPlan, MixEntry } from '../contract.js';

/** One line for how requests come, one for each kind of them. */
export function describePlan(plan: LoadPlan): string[] {
  const weights = plan.mix.reduce((sum, { weight }) => sum + weight, 0);
  return [arrivalLine(plan), ...plan.mix.map((entry) => mixLine(entry, entry.weight / weights))];
}

function arrivalLine({ arrivals, closedLoop, durationSecs, requestsMax, warmUpSecs }: LoadPlan): string {
  const parts = [arrivals === undefined ? usersText(closedLoop) : describeArrivals(arrivals)];
  const ownSecs = arrivals === undefined ? Number.POSITIVE_INFINITY : arrivalsDurationSecs(arrivals);
  if (durationSecs !== undefined && durationSecs < ownSecs) parts.push(`at most ${durationSecs} s`);
  if (requestsMax !== undefined) parts.push(`at most ${count(requestsMax, 'request')}`);
  if (warmUpSecs > 0) parts.push(`the first ${warmUpSecs} s do not count`);
  return parts.join('; ');
}

function usersText(loop: LoadPlan['closedLoop']): string {
  if (loop === undefined) return 'no arrivals';
  const think = loop.thinkTime === 0 ? '' : `, ${delayText(loop.thinkTime)} between two conversations`;
  const ramp = loop.rampUpSecs === 0 ? '' : `, started over ${loop.rampUpSecs} s`;
  return `${count(loop.users, 'user')}${think}${ramp}`;
}

function mixLine(entry: MixEntry, share: number): string {
  const { conversation, outputTokens, cancel, slowReader } = entry;
  const parts = [
    `${entry.dialect} ${entry.model}`,
    entry.stream ? 'streamed' : 'whole',
    `prompt ${lengthText(entry.promptTokens)}`,
    ...(outputTokens === undefined ? [] : [`output at most ${lengthText(outputTokens)}`]),
    ...(conversation.sharedPrefixTokens === 0 ? [] : [`shared prefix ${conversation.sharedPrefixTokens} tokens`]),
    ...(conversation.turns === 1 ? [] : [`turns ${lengthText(conversation.turns).replace(/ tokens$/, '')}`]),
    ...(cancel === undefined ? [] : [`${percent(cancel.share)} leave early`]),
    ...(slowReader === undefined ? [] : [`${percent(slowReader.share)} read ${slowReader.bytesPerSec} bytes/s`]),
  ];
  return `${entry.name} (${percent(share)}): ${parts.join(', ')}`;
}

function lengthText(length: Length): string {
  if (typeof length === 'number') return `${length} tokens`;
  return 'distribution' in length ? `${length.distribution} tokens` : `p50 ${length.p50}, p95 ${length.p95} tokens`;
}

function delayText(delay: Delay): string {
  return typeof delay === 'number' ? `${delay} ms` : `a ${delay.distribution} time`;
}

const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;
const count = (number: number, one: string): string => `${number} ${one}${number === 1 ? '' : 's'}`;
