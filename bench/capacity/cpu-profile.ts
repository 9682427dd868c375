/**
 * Reads V8's CPU profiles and tells where a simulator's thread spent its time: functions are mapped to parts of the simulator by the
 * module they are in, native ones by their nearest caller in a module. Time is that of samples; the thread's idle time is left out.
 */

/** The parts of what `node --cpu-prof` writes that are used. Format: Profiler.Profile of the Chrome DevTools Protocol. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** µs on the machine's monotonic clock. */
  readonly startTime: number;
  /** Node ids, one per sample. */
  readonly samples: readonly number[];
  /** µs from the sample before, or from startTime. */
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

export const profileParts = [
  'transport and kernel send',
  'pacer and stream table',
  'timing wheel',
  'plan reader',
  'meter and metrics',
  'ticker and event loop',
  'requests: routing, admission, ledger, hand-over',
  'garbage collector',
  'other',
] as const;
export type ProfilePart = (typeof profileParts)[number];

/** The first that matches decides. Modules are named by their path below the compiled source, or as Node names its own. */
const MODULES: readonly (readonly [RegExp, ProfilePart])[] = [
  [/dist\/src\/server\/transport\//, 'transport and kernel send'],
  [/uwebsockets|uWebSockets/, 'transport and kernel send'],
  [
    /^node:(net|http|https|_http_\w+|stream|internal\/(stream|http|net|js_stream).*|_stream_\w+)$/,
    'transport and kernel send',
  ],
  [/dist\/src\/server\/streaming\/ticker\./, 'ticker and event loop'],
  [/dist\/src\/server\/tick-source\./, 'ticker and event loop'],
  [/^node:(timers|internal\/(timers|process).*)$/, 'ticker and event loop'],
  [/dist\/src\/server\/streaming\/stream-meter\./, 'meter and metrics'],
  [/dist\/src\/telemetry\//, 'meter and metrics'],
  [/dist\/src\/server\/(saturation|stats)\//, 'meter and metrics'],
  [/dist\/src\/server\/streaming\//, 'pacer and stream table'],
  [/dist\/src\/runtime\/stream-table\./, 'pacer and stream table'],
  [/dist\/src\/runtime\/timing-wheel\./, 'timing wheel'],
  [/dist\/src\/runtime\/(plan-|response-plan|finished-reply)/, 'plan reader'],
  [/dist\/src\//, 'requests: routing, admission, ledger, hand-over'],
];

const IDLE = '(idle)';

/** µs of a thread's time in each part between two moments on the machine's monotonic clock. */
export function timeByPart(profile: CpuProfile, fromUs: number, toUs: number): Map<ProfilePart, number> {
  const partOfNode = partsOfNodes(profile.nodes);
  const times = new Map<ProfilePart, number>();
  let atUs = profile.startTime;
  for (const [index, node] of profile.samples.entries()) {
    atUs += profile.timeDeltas[index];
    // A sample stands for the time until the next one.
    const lastsUs = Math.max(0, profile.timeDeltas[index + 1] ?? 0);
    const part = partOfNode.get(node);
    if (part !== undefined && atUs >= fromUs && atUs < toUs) times.set(part, (times.get(part) ?? 0) + lastsUs);
  }
  return times;
}

export function totalOf(times: ReadonlyMap<string, number>): number {
  return [...times.values()].reduce((total, time) => total + time, 0);
}

/** Undefined for time that is no work. */
function partsOfNodes(nodes: readonly ProfileNode[]): Map<number, ProfilePart | undefined> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parts = new Map<number, ProfilePart | undefined>();
  // By depth first, with what native functions inherit from their callers.
  const open: { readonly node: ProfileNode; readonly inherited: ProfilePart }[] = [];
  if (nodes.length > 0) open.push({ node: nodes[0], inherited: 'other' });
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, inherited } = next;
    const { functionName, url } = node.callFrame;
    const part = url === '' ? partOfNative(functionName, inherited) : partOfModule(url);
    parts.set(node.id, functionName === IDLE ? undefined : part);
    for (const child of node.children ?? []) {
      const found = byId.get(child);
      if (found !== undefined) open.push({ node: found, inherited: part });
    }
  }
  return parts;
}

function partOfNative(functionName: string, inherited: ProfilePart): ProfilePart {
  if (functionName === '(garbage collector)') return 'garbage collector';
  return functionName === '(program)' ? 'ticker and event loop' : inherited;
}

export function partOfModule(url: string): ProfilePart {
  return MODULES.find(([pattern]) => pattern.test(url))?.[1] ?? 'other';
}
