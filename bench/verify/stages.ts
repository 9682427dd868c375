/**
 * What is verified: every example of every registered distribution, as time to first token and as inter-token latency of one model each,
 * and every model of the catalogue that generates text. A distribution takes part from the moment it is registered.
 */
import { loadConfiguration } from '../../src/config/loader.js';
import { createSnapshot, type ModelEntry } from '../../src/config/snapshot.js';
import { distributions } from '../../src/latency/registry.js';
import type { Parameters } from './expected-distribution.js';
import { scaledToMean } from './scaled-parameters.js';
import type { Api, Stage, VerifiedModel } from './stage.js';
import type { Tolerance } from './statistics.js';

/** Up to some hundred streams, and for thousands. */
const CLOSE: Tolerance = { relative: 0.01, absoluteMs: 1 };
const LOADED: Tolerance = { relative: 0.02, absoluteMs: 3 };

/** The catalogue's models that the short form takes: one of each dialect and kind that generates text. */
const SHORT_CATALOGUE = ['gpt-4o', 'gpt-3.5-turbo-instruct', 'claude-sonnet-4-5', 'gemini-2.0-flash'];

/** What is set for every model of the catalogue, with replies that are as long as the requests allow. */
const PLAIN = { reasoning: { enabled: false }, output_tokens: 1_000, latency: { burst: { probability: 0 } } };

/** Everything: some five minutes. */
export function fullStages(): Stage[] {
  return [
    {
      ...distributionStage('distributions-100', 400, 25),
      description: 'every example of every distribution, as TTFT and as ITL, at 100 streams',
      streams: 100,
      requestsPerStream: 100,
      tokens: 24,
      rampMs: 1_000,
      tolerance: CLOSE,
    },
    {
      ...distributionStage('distributions-5000', 800, 350),
      description: 'the same at 5,000 streams, with longer gaps: one core sends some 12,000 chunks per second',
      streams: 5_000,
      requestsPerStream: 6,
      tokens: 20,
      rampMs: 7_000,
      tolerance: LOADED,
    },
    {
      ...catalogueStage('catalogue-100'),
      description: 'every model of the catalogue that generates text, with its own latency, at 100 streams',
      streams: 100,
      requestsPerStream: 70,
      tokens: 30,
      rampMs: 1_000,
      tolerance: CLOSE,
    },
  ];
}

/** The short form: one stage of some ten seconds, judged on what the machine let through undisturbed. */
export function quickStages(): Stage[] {
  const drawn = distributionStage('quick', 300, 25);
  const listed = catalogueStage('quick', SHORT_CATALOGUE);
  return [
    {
      name: 'quick',
      description: 'every example of every distribution, and one model of each API, at 100 streams',
      models: [...drawn.models, ...listed.models],
      providers: { ...drawn.providers, ...listed.providers },
      streams: 100,
      requestsPerStream: 12,
      tokens: 24,
      rampMs: 500,
      tolerance: LOADED,
    },
  ];
}

type ModelsOfStage = Pick<Stage, 'name' | 'models' | 'providers'>;

function distributionStage(name: string, ttftMeanMs: number, itlMeanMs: number): ModelsOfStage {
  const models = distributions.flatMap((plugin): VerifiedModel[] => {
    const examples = (plugin.schema.examples ?? []) as readonly Parameters[];
    return examples.map((example, index) => ({
      name: `${plugin.name}-${index + 1}`,
      api: 'chat',
      ttft: scaledToMean(example, ttftMeanMs),
      itl: scaledToMean(example, itlMeanMs),
      prefillTokensPerSec: null,
      tokensPerEvent: 1,
    }));
  });
  const providers = models.map(({ name: model, ttft, itl }) => [model, { dialect: 'openai', latency: { ttft, itl } }]);
  return { name, models, providers: Object.fromEntries(providers) };
}

/**
 * Without reasoning, which puts hidden tokens before the first one that a client sees, and without bursts, whose gaps are sums of several
 * draws. @param only names; all when absent
 */
function catalogueStage(name: string, only?: readonly string[]): ModelsOfStage {
  const { models } = createSnapshot(loadConfiguration({ object: {}, environment: {} }), 1, 0);
  const chosen = models.filter(
    (model) => (model.kind === 'chat' || model.kind === 'completion') && (only?.includes(model.name) ?? true),
  );
  return {
    name,
    models: chosen.map(
      (model): VerifiedModel => ({
        name: model.name,
        api: apiOf(model),
        ttft: model.latency.ttft as unknown as Parameters,
        itl: model.latency.itl as unknown as Parameters,
        prefillTokensPerSec: model.latency.prefill_tokens_per_sec,
        tokensPerEvent: tokensPerEvent(model),
      }),
    ),
    providers: Object.fromEntries(chosen.map((model) => [model.name, PLAIN])),
  };
}

/** Half of the median where the number varies, so that hardly ever a reply has more events than there is room for. */
function tokensPerEvent({ latency }: ModelEntry): number {
  const length = latency.tokens_per_chunk;
  if (typeof length === 'number') return length;
  return 'p50' in length ? Math.max(1, Number(length.p50) / 2) : 1;
}

/** Some of OpenAI's models answer in one API only. */
function apiOf({ dialect, kind, name }: ModelEntry): Api {
  if (dialect === 'anthropic') return 'messages';
  if (dialect === 'gemini') return 'gemini';
  if (kind === 'completion') return 'completions';
  if (name.includes('codex')) return 'responses';
  return name.includes('audio') ? 'audio' : 'chat';
}
