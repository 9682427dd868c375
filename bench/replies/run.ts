/**
 * `npm run bench:replies`: replies in one piece per second at time_scale 0, per endpoint, against a bare server on the same transport that
 * parses the body and sends as many bytes; simulator and baseline take turns, so that what else the machine does meets both alike.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { endChildrenOnExit } from '../streams/child-processes.js';
import { machineFacts } from '../streams/machine.js';
import { describeMachine } from '../streams/report.js';
import { startConfigured, startScript } from '../streams/servers.js';
import type { BaselineReplies } from './baseline-server.js';
import { effectTable, measureEffect } from './effect.js';
import { configuration, type Figures, load, median, type Options, probe, progress } from './measuring.js';
import { replyCases } from './reply-case.js';

const HELP = `npm run bench:replies -- [options]

Measures replies in one piece per second against a bare server on the same transport, in pairs of runs one after the other.

  --pairs 3            runs of each server per endpoint; figures are medians over the pairs
  --seconds 4          length of a run
  --connections 50     clients that ask again as soon as they are answered
  --bodies same        same: every request has the same body; different: one of many, whose prompts have no sentence in common
  --only TEXT          the endpoints whose name contains the text
  --with FILE          measures what a part of the configuration costs: the simulator with the YAML file laid over its
                       configuration against itself without; bench/replies/controls.yaml has all that may fault or refuse
  --transport auto     node, uws or auto
  --json               figures as JSON on standard output
  --quick              a smoke test: one pair, one second

Exit code: 0 success, 1 a request failed or a server did not start, 2 the command line is wrong.`;

interface Row {
  readonly name: string;
  readonly replyBytes: number;
  readonly simulator: Figures;
  readonly baseline: Figures;
  /** Median of the pairs' ratios of replies per second. */
  readonly ratio: number;
}

endChildrenOnExit();
process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  let options: Options | undefined;
  try {
    options = parseOptions(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
  if (options === undefined) {
    console.log(HELP);
    return 0;
  }
  const folder = mkdtempSync(join(tmpdir(), 'llm-simulator-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  try {
    await measure(options, folder);
    return 0;
  } catch (error) {
    console.error(`bench:replies: ${(error as Error).message}`);
    return 1;
  }
}

async function measure(options: Options, folder: string): Promise<void> {
  const machine = machineFacts();
  const cases = replyCases.filter(({ name }) => name.includes(options.only));
  if (options.with !== undefined) {
    const effect = await measureEffect(cases, options.with, options, folder);
    progress('');
    if (options.json)
      console.log(JSON.stringify({ date: new Date(), machine, with: options.with, effect }, undefined, 2));
    else console.log(`${describeMachine(machine, options.transport)}\n\n${effectTable(effect)}`);
    return;
  }
  const rows: Row[] = [];
  let transport: BaselineReplies['transport'] = 'node';
  for (const one of cases) {
    const simulators: Figures[] = [];
    const baselines: Figures[] = [];
    let replyBytes = 0;
    for (let pair = 1; pair <= options.pairs; pair++) {
      progress(`${one.name}, pair ${pair} of ${options.pairs}`);
      const simulator = await startConfigured(configuration(options.transport), folder);
      transport = simulator.transport as BaselineReplies['transport'];
      try {
        replyBytes = await probe(simulator, one);
        simulators.push(await load(simulator, one, options));
      } finally {
        await simulator.stop();
      }
      const entry = join(import.meta.dirname, 'baseline-server.ts');
      const baseline = await startScript(
        entry,
        JSON.stringify({ transport, replyBytes } satisfies BaselineReplies),
        transport,
      );
      try {
        baselines.push(await load(baseline, one, options));
      } finally {
        await baseline.stop();
      }
    }
    const ratios = simulators.map((figures, index) => figures.repliesPerSecond / baselines[index].repliesPerSecond);
    const [simulator, baseline] = [medianFigures(simulators), medianFigures(baselines)];
    rows.push({ name: one.name, replyBytes, simulator, baseline, ratio: median(ratios) });
  }
  progress('');
  if (options.json) console.log(JSON.stringify({ date: new Date(), machine, transport, rows }, undefined, 2));
  else console.log(`${describeMachine(machine, transport)}\n\n${table(rows)}`);
}

function medianFigures(figures: readonly Figures[]): Figures {
  return {
    repliesPerSecond: median(figures.map(({ repliesPerSecond }) => repliesPerSecond)),
    p99Ms: median(figures.map(({ p99Ms }) => p99Ms)),
  };
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(({ name, replyBytes, simulator, baseline, ratio }) =>
    [
      name,
      replyBytes,
      Math.round(simulator.repliesPerSecond),
      simulator.p99Ms,
      Math.round(baseline.repliesPerSecond),
      ratio.toFixed(2),
    ].join(' | '),
  );
  const head = 'endpoint | reply bytes | replies/s | p99 ms | baseline replies/s | ratio';
  return [head, '---|---:|---:|---:|---:|---:', ...lines].map((line) => `| ${line} |`).join('\n');
}

function parseOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      pairs: { type: 'string' },
      seconds: { type: 'string' },
      connections: { type: 'string', default: '50' },
      bodies: { type: 'string', default: 'same' },
      only: { type: 'string', default: '' },
      with: { type: 'string' },
      transport: { type: 'string', default: 'auto' },
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  const { bodies, connections, json, only, quick, transport } = values;
  if (bodies !== 'same' && bodies !== 'different') throw new Error(`--bodies must be same or different, got ${bodies}`);
  if (!['auto', 'node', 'uws'].includes(transport))
    throw new Error(`--transport must be auto, node or uws, got ${transport}`);
  if (!replyCases.some(({ name }) => name.includes(only))) throw new Error(`no endpoint's name contains "${only}"`);
  return {
    pairs: integer('--pairs', values.pairs ?? (quick ? '1' : '3'), 50),
    seconds: integer('--seconds', values.seconds ?? (quick ? '1' : '4'), 600),
    connections: integer('--connections', connections, 1_000),
    bodies,
    only,
    with: values.with,
    transport,
    json,
  };
}

function integer(option: string, text: string, maximum: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= maximum) return value;
  throw new Error(`${option} must be an integer from 1 to ${maximum}, got ${text}`);
}
