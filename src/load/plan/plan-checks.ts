/**
 * What the schema cannot say about a plan: distributions, lengths, patterns and assertions by their own checks, and keys that do not go
 * together. Every problem is found at once; one that the schema has found is not told again.
 */
import { distributionFindings, lengthFindings } from '../../config/distribution-checks.js';
import { valueAt } from '../../config/plain-data.js';
import type { Finding, Path } from '../../config/problems.js';
import { type Sound, soundness } from '../../config/soundness.js';
import type { Length } from '../../latency/lengths.js';
import type { DistributionParameters } from '../../latency/registry.js';
import { arrivalStageProblems } from '../arrivals/registry.js';
import type { ArrivalStage, Delay } from '../contract.js';
import { OUTPUT_TOKENS_MAX, PROMPT_TOKENS_MAX, TURNS_MAX } from '../requests/bounds.js';
import { headerProblem } from '../requests/header-rules.js';
import { streams } from './dialect-defaults.js';
import type { MixEntryDocument, PlanDocument } from './schema.js';

/** Expects a document that passed the schema but for the findings. */
export function planFindings(document: PlanDocument, found: readonly Finding[]): Finding[] {
  const sound = soundness(found);
  return [
    ...targetFindings(document, sound),
    ...headerFindings(document, sound),
    ...loopFindings(document, sound),
    ...stageFindings(document, sound),
    ...warmUpFindings(document, sound),
    ...mixFindings(document, sound),
  ];
}

/** Many clients want a base URL with the version; here each dialect's path has it. */
function targetFindings({ target }: PlanDocument, sound: Sound): Finding[] {
  const path = ['target', 'url'];
  if (!sound(path)) return [];
  if (!URL.canParse(target.url)) {
    // The schema's pattern has no opinion of hosts and ports.
    const message = 'must be an http:// or https:// URL: its host or port cannot be one';
    return [{ path, part: 'value', value: target.url, message }];
  }
  const [, before, version] = /^(.*)\/(v1|v1beta)\/*$/.exec(target.url) ?? [];
  if (version === undefined) return [];
  const message = `must not end with /${version}, with which the path of the API begins`;
  return [{ path, part: 'value', value: target.url, message, suggestion: `did you mean "${before}"?` }];
}

function headerFindings({ target }: PlanDocument, sound: Sound): Finding[] {
  if (!sound(['target']) || !sound(['target', 'headers'])) return [];
  return Object.entries(target.headers).flatMap(([name, value]) => {
    const path = ['target', 'headers', name];
    const problem = sound(path) ? headerProblem(name, value) : undefined;
    return problem === undefined ? [] : [{ path, ...problem }];
  });
}

function loopFindings({ arrivals, closed_loop: closedLoop }: PlanDocument, sound: Sound): Finding[] {
  if (arrivals !== undefined && closedLoop !== undefined) {
    return [
      {
        path: ['closed_loop'],
        part: 'key',
        message: 'must not stand beside arrivals: one of the two says how requests come',
      },
    ];
  }
  return closedLoop === undefined ? [] : delayFindings(['closed_loop', 'think_time'], closedLoop.think_time, sound);
}

function stageFindings({ arrivals = [] }: PlanDocument, sound: Sound): Finding[] {
  if (!Array.isArray(arrivals)) return [];
  return arrivals.flatMap((stage: ArrivalStage, index) => {
    const path = ['arrivals', String(index)];
    if (!sound(path)) return [];
    if (index > 0 && stage.use_lengths === true) {
      const message = 'must not be true behind another stage: rows are those of the first conversations';
      return [{ path: [...path, 'use_lengths'], part: 'value', value: true, message }];
    }
    return arrivalStageProblems(stage).map(({ path: below, message, related }): Finding => {
      const value = valueAt(stage, below);
      return {
        path: [...path, ...below],
        part: value === undefined ? 'key' : 'value',
        ...(value === undefined ? {} : { value }),
        message,
        ...(related === undefined ? {} : { related: [...path, ...related] }),
      };
    });
  });
}

function warmUpFindings(
  { duration_secs: durationSecs, warm_up_secs: warmUpSecs }: PlanDocument,
  sound: Sound,
): Finding[] {
  if (durationSecs === undefined || !sound(['warm_up_secs']) || !sound(['duration_secs']) || warmUpSecs < durationSecs)
    return [];
  const message = `must be less than duration_secs (${durationSecs}): nothing would count`;
  return [{ path: ['warm_up_secs'], part: 'value', value: warmUpSecs, message, related: ['duration_secs'] }];
}

function mixFindings({ mix }: PlanDocument, sound: Sound): Finding[] {
  if (!sound(['mix']) && (typeof mix !== 'object' || mix === null)) return [];
  return Object.entries(mix).flatMap(([name, entry]) => {
    if (typeof entry !== 'object' || entry === null) return [];
    return [
      ...lengthsOf(['mix', name], entry, sound),
      ...streamFindings(['mix', name], entry, sound),
      ...cancelFindings(['mix', name, 'cancel'], entry.cancel, sound),
    ];
  });
}

function lengthsOf(path: Path, entry: MixEntryDocument, sound: Sound): Finding[] {
  const { prompt_tokens: prompt, output_tokens: output, conversation } = entry;
  const check = (below: Path, length: Length | undefined, max: number): Finding[] =>
    length === undefined ? [] : lengthFindings([...path, ...below], length, max, sound);
  return [
    ...check(['prompt_tokens'], prompt, PROMPT_TOKENS_MAX),
    ...check(['output_tokens'], output, OUTPUT_TOKENS_MAX),
    ...check(['conversation', 'turns'], conversation?.turns, TURNS_MAX),
    ...delayFindings([...path, 'conversation', 'think_time'], conversation?.think_time, sound),
  ];
}

function streamFindings(path: Path, { dialect, stream }: MixEntryDocument, sound: Sound): Finding[] {
  if (dialect === undefined || stream !== true || !sound([...path, 'dialect']) || streams(dialect)) return [];
  return [
    {
      path: [...path, 'stream'],
      part: 'value',
      value: stream,
      message: `must be false for ${dialect}, which has no streams`,
    },
  ];
}

function cancelFindings(path: Path, cancel: MixEntryDocument['cancel'], sound: Sound): Finding[] {
  if (cancel === undefined || !sound(path)) return [];
  const { after, after_chunks: afterChunks } = cancel;
  if ((after === undefined) === (afterChunks === undefined)) {
    const message =
      after === undefined ? 'must say when: after or after_chunks' : 'must have one of after and after_chunks';
    return [{ path, part: 'key', message }];
  }
  return delayFindings([...path, 'after'], after, sound);
}

function delayFindings(path: Path, delay: Delay | undefined, sound: Sound): Finding[] {
  if (typeof delay !== 'object' || delay === null) return [];
  return distributionFindings(path, delay as DistributionParameters, sound);
}
