/** docs/kubernetes-sizing.md out of its template: what a pod carries, and the figures of the simulated runs. */
import { count, figure, fixed, percent, table } from '../capacity/table.js';
import { SYNC_PERIOD_SECS } from './autoscaler.js';
import { loadShapes } from './load-shapes.js';
import type { MeasuredPod } from './pod-figures.js';
import { TOLERANCE } from './replicas-wanted.js';
import { type Base, PLACED_SECS, type Run, STREAMS, startSecs } from './runs.js';
import { SCRAPE_SECS } from './simulated-pod.js';

const UNMEASURED = 'Not measured yet.';
/** Of models, from slow to fast, tokens/s. */
const TOKEN_RATES = [10, 20, 50, 80, 120];
const GIB = 2 ** 30;
const MIB = 2 ** 20;

/** @throws Error when the template has no place for a section */
export function sizingPage(
  template: string,
  base: Base,
  measured: MeasuredPod | undefined,
  runs: readonly Run[],
): string {
  const of = (write: (measured: MeasuredPod) => string) => (measured === undefined ? UNMEASURED : write(measured));
  const sections: { readonly [name: string]: string } = {
    source: of(sourceSection),
    pod: of((pod) => podSection(pod, base)),
    assumptions: of((pod) => assumptionsSection(pod, base)),
    runs: of(() => runsSection(runs)),
    pictures: of(pictures),
  };
  return Object.entries(sections).reduce((page, [name, content]) => {
    const place = `<!-- ${name} -->`;
    if (!page.includes(place)) throw new Error(`the template of the sizing page has no ${place}`);
    return page.replace(place, () => content);
  }, template);
}

function sourceSection({ figures, full, paced, readyMs, row, startup }: MeasuredPod): string {
  const { commit, cpu, node } = paced.machine;
  const { rate, cpuUsPerChunk } = row.capacity[0]!;
  return table(
    ['Figure', 'Value', 'From'],
    [
      [
        'tokens/s on one core, p99 slip < 5 ms',
        count(rate),
        `\`paced\`, ${paced.transport}, ${count(row.streams)} streams`,
      ],
      ['CPU per token at that rate', `${fixed(cpuUsPerChunk, 1)} µs`, 'the same'],
      [
        'memory per open stream',
        `${fixed(figures.bytesPerStream / 1_024, 1)} KiB`,
        `the same, ${count(full.streams)} streams, on a server that had never served`,
      ],
      ['memory of the idle node', `${count(figures.idleBytes / MIB)} MiB`, `\`startup\`, ${startup.transport}`],
      ['start until ready', `${count(readyMs)} ms`, 'the same'],
      ['machine', cpu, `Node ${node}, commit ${commit ?? 'unknown'}, ${paced.date.slice(0, 10)}`],
    ],
  );
}

function podSection({ figures, limitBytes }: MeasuredPod, { autoscaler }: Base): string {
  const cpuTarget = autoscaler.metrics.cpu?.target ?? 100;
  const byMemory = (limitBytes - figures.idleBytes) / Math.max(1, figures.bytesPerStream);
  const rows = TOKEN_RATES.map((rate) => {
    const byCpu = figures.chunksPerSecond / rate;
    const most = Math.min(byCpu, byMemory, figures.streamsMax);
    const grows = ((cpuTarget / 100) * figures.requestedCpus) / (rate * figures.cpuSecsPerChunk);
    return [`${rate} tokens/s each`, count(most), count(most * 0.7), count(grows)];
  });
  const head = ['Streams of', 'a pod carries', 'at 70 % of that', 'CPU target is reached at'];
  const memory =
    `By memory alone ${count(byMemory)} streams fit into the limit of ${figure(limitBytes / GIB)} GiB; ` +
    `\`simulation.concurrency.max_concurrent_requests\` ends it at ${count(figures.streamsMax)}. ` +
    `The idle pod takes ${percent(figures.idleBytes / figures.requestedBytes)} of the memory that it requests, ` +
    `and the autoscaler begins to add pods at ${autoscaler.metrics.memory?.target ?? '–'} %.`;
  return `${table(head, rows)}\n\n${memory}`;
}

function assumptionsSection({ drainSecs, readyMs }: MeasuredPod, { autoscaler, streamsPerPod }: Base): string {
  const { maxReplicas, minReplicas, scaleDown, scaleUp } = autoscaler;
  const policies = (rules: typeof scaleUp) =>
    rules.policies
      .map(({ periodSeconds, type, value }) => `${value}${type === 'Percent' ? ' %' : ' pods'} per ${periodSeconds} s`)
      .join(', ');
  return table(
    ['Step', 'Takes'],
    [
      ['`metrics-server` and Prometheus look', `every ${SCRAPE_SECS} s; CPU is a mean over as long`],
      [
        'the autoscaler runs',
        `every ${SYNC_PERIOD_SECS} s, and does nothing within ${TOLERANCE * 100} % of its target`,
      ],
      [
        'targets',
        `CPU ${autoscaler.metrics.cpu?.target} %, memory ${autoscaler.metrics.memory?.target} %, ${count(streamsPerPod)} streams per pod`,
      ],
      ['bounds', `${minReplicas} to ${maxReplicas} pods`],
      [
        'going up',
        `the least that was wanted within ${scaleUp.stabilizationWindowSeconds} s, by at most ${policies(scaleUp)}`,
      ],
      [
        'going down',
        `the most that was wanted within ${scaleDown.stabilizationWindowSeconds} s, by at most ${policies(scaleDown)}`,
      ],
      [
        'a pod starts',
        `${PLACED_SECS} s to be placed, ${startSecs(readyMs)} s to be ready (measured, rounded up), 3 s for probes and endpoints`,
      ],
      ['a pod leaves', `nothing new after 1 s; what is open after ${drainSecs} s is cut`],
      [
        'a stream',
        `${STREAMS.seconds} s of ${STREAMS.tokensPerSecond} tokens/s; new ones are spread evenly over the pods that serve`,
      ],
    ],
  );
}

function runsSection(runs: readonly Run[]): string {
  const head = [
    'Load',
    'Autoscaler',
    'most pods',
    'at the end',
    'late for',
    'streams late',
    'refused',
    'cut',
    'pod hours',
  ];
  const rows = runs.map(({ load, result, variant }) => [
    load.name,
    variant.name,
    count(result.replicasMax),
    count(result.replicasLeft),
    result.lateUntilSecs === 0 ? 'never' : `${count(result.lateUntilSecs)} s`,
    percent(result.lateShare),
    count(result.refused),
    count(result.cut),
    fixed(result.podHours, 1),
  ]);
  return table(head, rows);
}

function pictures(): string {
  return loadShapes
    .map(
      ({ description, name }) =>
        `### ${name[0]!.toUpperCase()}${name.slice(1)}: ${description}\n\n` +
        `![Pods under a ${name}](kubernetes-sizing/pods-${name}.svg)\n\n` +
        `![Streams per pod under a ${name}](kubernetes-sizing/streams-${name}.svg)`,
    )
    .join('\n\n');
}
