/**
 * The names by which assertions of a load run speak of its measures:
 *
 *   ttft_p99            of all requests, or of the run
 *   chat.ttft_p99       of the mix's entry `chat`; the entry's name may have points itself
 *   errors.timeout      failures of one outcome, status (errors.429) or word of the system (errors.ECONNRESET)
 *   chat.errors.timeout
 *
 * A percentile may be written p99.9 as well as p99_9.
 */
import { OUTCOMES, type Outcome } from '../contract.js';
import type { Figures } from '../result.js';
import type { Measure, Vocabulary } from './contract.js';
import { figureMeasures, type JudgedRun, runMeasures } from './load-measures.js';

type FailureOutcome = Exclude<Outcome, 'complete' | 'cancelled'>;

export const failureOutcomes: readonly FailureOutcome[] = OUTCOMES.filter(
  (outcome) => outcome !== 'complete' && outcome !== 'cancelled',
);

const failureNames = failureOutcomes.map((outcome) => `errors.${outcome}`);

const byName = <Document>(measures: readonly Measure<Document>[]): ReadonlyMap<string, Measure<Document>> =>
  new Map(measures.map((measure) => [measure.name, measure]));
const ofFigures = byName(figureMeasures);
const ofRun = byName(runMeasures);

/** @param mixNames of the plan's mix */
export function loadVocabulary(mixNames: readonly string[]): Vocabulary<JudgedRun> {
  const figureNames = [...ofFigures.keys(), ...failureNames];
  return {
    names: [
      ...figureNames,
      ...ofRun.keys(),
      ...mixNames.flatMap((mix) => figureNames.map((measure) => `${mix}.${measure}`)),
    ],
    resolve: (written) => {
      const name = written.replace(/_p99\.9$/, '_p99_9');
      return ofRun.get(name) ?? ofTotal(name) ?? ofMix(name, mixNames);
    },
  };
}

function ofTotal(name: string): Measure<JudgedRun> | undefined {
  const measure = figureMeasure(name);
  return measure && { ...measure, read: ({ total }) => measure.read(total) };
}

function ofMix(name: string, mixNames: readonly string[]): Measure<JudgedRun> | undefined {
  for (const mix of mixNames) {
    if (!name.startsWith(`${mix}.`)) continue;
    const measure = figureMeasure(name.slice(mix.length + 1));
    if (measure === undefined) continue;
    return {
      ...measure,
      name,
      read: ({ by_mix }) => (Object.hasOwn(by_mix, mix) ? measure.read(by_mix[mix]) : undefined),
    };
  }
  return undefined;
}

function figureMeasure(name: string): Measure<Figures> | undefined {
  return ofFigures.get(name) ?? failuresOf(name);
}

/** A status, or a word as the system and HTTP clients have them; a word of any other form may be an outcome that is written wrongly. */
const kindOfFailure = /^errors\.([3-5]\d\d|E[A-Z\d_]+|UND_ERR_[A-Z\d_]+)$/;

function failuresOf(name: string): Measure<Figures> | undefined {
  const outcome = failureOutcomes.find((one) => name === `errors.${one}`);
  if (outcome !== undefined) return failures(name, ({ errors_by_outcome }) => errors_by_outcome[outcome] ?? 0);
  const kind = kindOfFailure.exec(name)?.[1];
  if (kind === undefined) return undefined;
  return failures(name, ({ errors_by_kind }) => (Object.hasOwn(errors_by_kind, kind) ? errors_by_kind[kind] : 0));
}

function failures(name: string, read: (figures: Figures) => number): Measure<Figures> {
  return {
    name,
    unit: 'count',
    better: 'lower',
    description: `Requests that failed by ${name.slice('errors.'.length)}.`,
    read,
    absence: 'there is always one',
  };
}
