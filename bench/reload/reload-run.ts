/**
 * Saves one file after another in place of a running node's configuration and asks it to reload, while streams are open: what is valid has to
 * hold in every process with the next request, what is not has to be refused with its place, and no stream may notice any of it.
 */
import { writeFileSync } from 'node:fs';
import type { RequestPlanner } from '../../src/server/request-planner.js';
import type { Mutation, Mutations } from './mutations.js';
import { type OpenStreams, plannedReply, plannerOf } from './open-streams.js';

export interface ReloadRunOptions {
  readonly url: string;
  readonly file: string;
  /** What the file holds at the beginning. */
  readonly text: string;
  readonly streams: OpenStreams;
  readonly mutations: Mutations;
  readonly count: number;
  readonly onProgress?: (done: number) => void;
}

export interface ReloadRunResult {
  readonly applied: number;
  readonly refused: number;
  /** How long each reload took that was applied, and each that was refused, ms. */
  readonly appliedMs: readonly number[];
  readonly refusedMs: readonly number[];
  /** What was not as it has to be, in words. */
  readonly failures: readonly string[];
}

const ASKED_TOKENS = 8;
/** Requests after each reload; over new connections too, so that each process answers some. */
const ASKED_REQUESTS = 4;

interface ReloadAnswer {
  readonly status: number;
  readonly generation?: number;
  readonly error?: { readonly problems?: readonly { readonly line?: number; readonly column?: number }[] };
}

export async function runReloads(options: ReloadRunOptions): Promise<ReloadRunResult> {
  const { count, file, mutations, onProgress, streams, text, url } = options;
  const failures: string[] = [];
  const appliedMs: number[] = [];
  const refusedMs: number[] = [];
  let planner = await plannerOf(text);
  let generation = 1;
  for (let done = 0; done < count; done++) {
    const mutation = mutations.next();
    const what = `mutation ${done}`;
    writeFileSync(file, mutation.text);
    const beganMs = performance.now();
    const answer = await reload(url);
    const tookMs = performance.now() - beganMs;
    if (mutation.wrongAt === undefined) {
      generation++;
      appliedMs.push(tookMs);
      planner = await plannerOf(mutation.text);
      if (answer.status !== 200 || answer.generation !== generation)
        failures.push(`${what}: generation ${generation} was not applied: ${JSON.stringify(answer)}\n${mutation.text}`);
    } else {
      refusedMs.push(tookMs);
      if (!isRefusedAt(answer, mutation))
        failures.push(
          `${what}: not refused at ${JSON.stringify(mutation.wrongAt)}: ${JSON.stringify(answer)}\n${mutation.text}`,
        );
    }
    failures.push(...(await generationFailures(url, generation, what)));
    failures.push(...(await replyFailures(streams, planner, what)));
    onProgress?.(done + 1);
  }
  failures.push(...streams.wrong());
  return { applied: appliedMs.length, refused: refusedMs.length, appliedMs, refusedMs, failures };
}

async function reload(url: string): Promise<ReloadAnswer> {
  const response = await fetch(`${url}/admin/config/reload`, { method: 'POST' });
  return { ...((await response.json()) as object), status: response.status };
}

function isRefusedAt({ error, status }: ReloadAnswer, { wrongAt }: Mutation): boolean {
  const { problems = [] } = error ?? {};
  return status === 422 && problems.some(({ column, line }) => line === wrongAt?.line && column === wrongAt?.column);
}

/** The newest and the oldest generation over all processes. */
async function generationFailures(url: string, generation: number, what: string): Promise<string[]> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const figures = ['llm_simulator_config_generation', 'llm_simulator_config_generation_oldest'].map((name) =>
    Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(metrics)?.[1]),
  );
  return figures.every((figure) => figure === generation)
    ? []
    : [`${what}: the processes are at generations ${figures[1]} to ${figures[0]}, not ${generation}`];
}

async function replyFailures(streams: OpenStreams, planner: RequestPlanner, what: string): Promise<string[]> {
  const asked = Array.from({ length: ASKED_REQUESTS }, async (_, index): Promise<string[]> => {
    const id = `${what}-${index}`;
    const planned = plannedReply(planner, id, ASKED_TOKENS);
    const reply = await streams.ask(id, ASKED_TOKENS);
    if (reply.status === planned.status && reply.body.equals(planned.body)) return [];
    return [`${id}: ${reply.status} ${reply.body} is not ${planned.status} ${planned.body}`];
  });
  return (await Promise.all(asked)).flat();
}
