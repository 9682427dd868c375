/**
 * Which column of a file says what. Known are the names of three public traces and the usual ones of measuring tools, without regard to
 * case, blanks, `_` and `-`; a configuration can name any other.
 *
 *   Azure LLM inference trace  TIMESTAMP, ContextTokens, GeneratedTokens
 *                              github.com/Azure/AzurePublicDataset, AzureLLMInferenceDataset2023.md and …2024.md
 *   BurstGPT                   Timestamp (s), Session ID, Elapsed time (s, of the whole answer), Model, Request tokens, Response tokens,
 *                              Total tokens, Log Type; github.com/HPMLL/BurstGPT, README
 *   Mooncake                   timestamp (ms), input_length, output_length, hash_ids; github.com/kvcache-ai/Mooncake, FAST25-release
 */
import type { TraceField } from './trace.js';

/** A column's meaning: the field, and by what its numbers are multiplied to be in the field's unit. */
export interface ColumnMeaning {
  readonly field: TraceField;
  readonly factor: number;
}

/** The keys under which a configuration names columns. */
export const columnKeys = {
  input_tokens: { field: 'inputTokens', factor: 1 },
  output_tokens: { field: 'outputTokens', factor: 1 },
  ttft_ms: { field: 'ttftMs', factor: 1 },
  ttft_secs: { field: 'ttftMs', factor: 1_000 },
  itl_ms: { field: 'itlMs', factor: 1 },
  itl_secs: { field: 'itlMs', factor: 1_000 },
  e2e_ms: { field: 'e2eMs', factor: 1 },
  e2e_secs: { field: 'e2eMs', factor: 1_000 },
  timestamp_ms: { field: 'arrivalMs', factor: 1 },
  timestamp_secs: { field: 'arrivalMs', factor: 1_000 },
} as const satisfies { readonly [key: string]: ColumnMeaning };

export type ColumnKey = keyof typeof columnKeys;

/** Columns by the key of their meaning. */
export type ChosenColumns = { readonly [key in ColumnKey]?: string };

const aliases: { readonly [key in ColumnKey]: readonly string[] } = {
  input_tokens: [
    'contexttokens',
    'requesttokens',
    'inputlength',
    'inputtokens',
    'inputlen',
    'prompttokens',
    'promptlen',
  ],
  output_tokens: ['generatedtokens', 'responsetokens', 'outputlength', 'outputtokens', 'outputlen', 'completiontokens'],
  ttft_ms: ['ttftms', 'timetofirsttokenms'],
  ttft_secs: ['ttftsecs', 'ttfts', 'timetofirsttokensecs'],
  itl_ms: ['itlms', 'tpotms', 'intertokenlatencyms', 'timeperoutputtokenms'],
  itl_secs: ['itlsecs', 'itls', 'tpotsecs', 'tpots'],
  e2e_ms: ['e2ems', 'e2elatencyms', 'requestlatencyms'],
  e2e_secs: ['e2esecs', 'e2es', 'elapsedtime', 'e2elatencysecs'],
  timestamp_ms: ['timestampms', 'arrivalms', 'arrivaltimems'],
  timestamp_secs: ['timestampsecs', 'arrivalsecs', 'arrivaltime', 'arrivaltimesecs'],
};

const known: ReadonlyMap<string, ColumnMeaning> = new Map(
  Object.entries(aliases).flatMap(([key, names]) => names.map((name) => [name, columnKeys[key as ColumnKey]])),
);

function normalised(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '');
}

/**
 * What the columns of these names mean, in their order; undefined for those without meaning. A `timestamp` without unit counts
 * milliseconds beside Mooncake's names and seconds otherwise. Of two columns for one field the first counts.
 */
export function meaningsOf(names: readonly string[], chosen: ChosenColumns): (ColumnMeaning | undefined)[] {
  const own = new Map<string, ColumnMeaning>();
  for (const [key, name] of Object.entries(chosen)) own.set(name, columnKeys[key as ColumnKey]);
  const taken = new Set<TraceField>(names.flatMap((name) => own.get(name)?.field ?? []));
  const isMooncake = names.some((name) => normalised(name) === 'inputlength');
  return names.map((name) => {
    const chosenMeaning = own.get(name);
    if (chosenMeaning !== undefined) return chosenMeaning;
    const plain = normalised(name);
    const meaning =
      plain === 'timestamp' ? { field: 'arrivalMs' as const, factor: isMooncake ? 1 : 1_000 } : known.get(plain);
    if (meaning === undefined || taken.has(meaning.field)) return undefined;
    taken.add(meaning.field);
    return meaning;
  });
}
