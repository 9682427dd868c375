/**
 * Whether the generator measures what an independent client does: both hold as many streams of one server at the same time, and the figures
 * of what each saw are laid side by side. The other one is reference.c, which shares nothing with the generator.
 */

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runLoad } from '../../src/load/generator/run-load.js';
import { CLIENT_CORE, startProgram, stopChild } from '../streams/child-processes.js';
import { startConfigured } from '../streams/servers.js';
import { type Figures, figuresOf, medianOf } from './figures.js';
import { ANSWER_TOKENS, configurationOf, MODEL, planOf } from './load-plan.js';

const SOURCE = join(import.meta.dirname, 'reference.c');
const PACE = { ttftMs: 300, intervalMs: 40 };
/** Of each client. Few enough that the server keeps its times. */
const STREAMS = 100;
/** Answers of each stream, one after the other; the first is not measured, since both ends warm up. */
const ROUNDS = 8;
/** Figures are medians over these: what else the machine does spoils one of them, not all. */
const REPEATS = 3;
const RAMP_UP_SECS = 2;
const THREADS = 1;

interface Seen {
  /** From the sending to the first event. */
  readonly ttft: Figures;
  /** Between two events of one stream. */
  readonly gap: Figures;
}

export interface Agreement {
  readonly generator: Seen;
  readonly reference: Seen;
}

/**
 * @param folder takes the compiled program and the server's configuration
 * @returns undefined without a C compiler
 * @throws Error when the program does not compile, or one of the clients does not get what it asked for
 */
export async function measureAgreement(folder: string): Promise<Agreement | undefined> {
  const program = join(folder, 'reference');
  const { error, status, stderr } = spawnSync('cc', ['-O2', '-o', program, SOURCE], { encoding: 'utf8' });
  if (error !== undefined) return undefined;
  if (status !== 0) throw new Error(`cc does not compile ${SOURCE}:\n${stderr}`);
  const server = await startConfigured(configurationOf(2 * STREAMS, PACE), folder);
  const runs: Agreement[] = [];
  try {
    for (let run = 0; run < REPEATS; run++) {
      const [generator, reference] = await Promise.all([
        runGenerator(server.port),
        runReference(program, server.port, folder),
      ]);
      runs.push({ generator, reference });
    }
  } finally {
    await server.stop();
  }
  const seenBy = (client: keyof Agreement): Seen => ({
    ttft: medianOf(runs.map((run) => run[client].ttft)),
    gap: medianOf(runs.map((run) => run[client].gap)),
  });
  return { generator: seenBy('generator'), reference: seenBy('reference') };
}

async function runGenerator(port: number): Promise<Seen> {
  const ttftUs: number[] = [];
  const gapsUs: number[] = [];
  let failed = 0;
  await runLoad(
    planOf(port, STREAMS, STREAMS * ROUNDS, RAMP_UP_SECS, THREADS),
    [
      {
        record: ({ capture, conversation, outcome }) => {
          // The last event is [DONE], which is none of the answer's.
          const times = capture?.eventTimesUs.subarray(0, -1) ?? [];
          if (outcome !== 'complete' || times.length < ANSWER_TOKENS) failed++;
          if (conversation < STREAMS) return;
          for (const [index, timeUs] of times.entries()) {
            if (index === 0) ttftUs.push(timeUs);
            else gapsUs.push(timeUs - times[index - 1]);
          }
        },
      },
    ],
    { capture: true },
  );
  if (failed > 0) throw new Error(`${failed} answers of the generator were not complete`);
  return { ttft: figuresOf(ttftUs), gap: figuresOf(gapsUs) };
}

async function runReference(program: string, port: number, folder: string): Promise<Seen> {
  const bodyFile = join(folder, 'body.json');
  const body = {
    model: MODEL,
    stream: true,
    stream_options: { include_usage: true },
    max_tokens: ANSWER_TOKENS,
    messages: [{ role: 'user', content: 'Tell me about the sea, at some length.' }],
  };
  writeFileSync(bodyFile, JSON.stringify(body));
  const args = [port, STREAMS, ROUNDS, RAMP_UP_SECS * 1_000].map(String);
  const child = startProgram(CLIENT_CORE, [program, ...args, bodyFile], ['ignore', 'pipe', 'pipe']);
  let text = '';
  child.process.stdout?.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1');
  });
  try {
    const [code] = await once(child.process, 'close');
    if (code !== 0) throw new Error(`the reference ended with ${code}: ${child.output()}`);
  } finally {
    await stopChild(child);
  }
  const figure = (kind: string) =>
    text
      .split('\n')
      .filter((line) => line.startsWith(kind))
      .map((line) => Number(line.slice(2)));
  return { ttft: figuresOf(figure('t')), gap: figuresOf(figure('g')) };
}
