/** The architecture's rules, each a function from the import graph to what violates it, in words. Empty is good. */
import { cyclesOf, type Edge, type ImportGraph, packageOf, type SourceModule } from './import-graph.js';

/**
 * The layers from the top down. A module may import from its own part and from any layer below; parts that share a layer never import
 * each other, but for the types of another's contract.ts.
 */
const LAYERS: readonly { readonly [part: string]: readonly string[] }[] = [
  { entries: ['src/main.ts', 'src/index.ts', 'src/healthcheck.ts'] },
  { cli: ['src/cli/'] },
  { cluster: ['src/cluster/'] },
  // The first entry that fits counts: one of the threads is not the server's.
  { load: ['src/load/', 'workers/generate-load.ts'], server: ['src/server/', 'workers/'] },
  { engine: ['src/engine/'] },
  { config: ['src/config/'] },
  { faults: ['src/faults/'] },
  {
    providers: ['src/providers/'],
    content: ['src/content/'],
    latency: ['src/latency/'],
    limits: ['src/limits/'],
    scenarios: ['src/scenarios/'],
    telemetry: ['src/telemetry/'],
  },
  { runtime: ['src/runtime/'] },
  { kernel: ['src/kernel/'] },
];

/** These run unchanged in a worker thread and under property tests: clock and randomness come in as arguments. */
export const PURE: readonly string[] = [
  'src/engine/',
  'src/providers/',
  'src/content/',
  'src/latency/',
  'src/faults/',
  'src/limits/',
  'src/scenarios/',
  'src/load/arrivals/',
  'src/load/requests/',
  'src/load/measures/',
  'src/load/assertions/',
];

/** Who may name which package: a path, or the beginning of one. */
export const IMPORTERS: { readonly [name: string]: readonly string[] } = {
  '@grpc/grpc-js': ['src/telemetry/tracing/span-exporter.ts'],
  '@opentelemetry/api': ['src/telemetry/tracing/span-exporter.ts'],
  '@opentelemetry/exporter-trace-otlp-grpc': ['src/telemetry/tracing/span-exporter.ts'],
  '@opentelemetry/exporter-trace-otlp-proto': ['src/telemetry/tracing/span-exporter.ts'],
  '@opentelemetry/resources': ['src/telemetry/tracing/span-exporter.ts'],
  '@opentelemetry/sdk-trace-node': ['src/telemetry/tracing/span-exporter.ts'],
  '@redis/client': ['src/server/redis/redis-link.ts'],
  'uWebSockets.js': ['src/server/transport/uws'],
  ajv: ['src/config/', 'src/content/json/'],
  'ajv-formats': ['src/content/json/validator.ts'],
  commander: ['src/cli/'],
  'd3-scale': ['src/load/report/plots/axis.ts'],
  'd3-shape': ['src/load/report/plots/line-chart.ts'],
  'fastest-levenshtein': ['src/config/suggestions.ts', 'src/providers/openai/responses/request-checks.ts'],
  'find-my-way': ['src/server/routes.ts'],
  'gpt-tokenizer': ['src/content/tokenizers/'],
  'hdr-histogram-js': ['src/load/measures/value-histogram.ts'],
  'json-schema-to-ts': ['src/config/schema/', 'src/latency/', 'src/faults/', 'src/load/arrivals/', 'src/load/plan/'],
  'lru-cache': ['src/runtime/', 'src/content/json/json-documents.ts'],
  mustache: ['src/content/template.ts'],
  pino: ['src/telemetry/'],
  'pino-pretty': ['src/telemetry/'],
  piscina: [
    'src/runtime/render-pool.ts',
    'src/runtime/thread-job.ts',
    'src/telemetry/tracing/export-thread.ts',
    'src/load/generator/thread-handle.ts',
  ],
  'prom-client': ['src/telemetry/'],
  undici: ['src/load/client/'],
  yaml: ['src/config/yaml-layer.ts'],
};

export const LINES_MAX = 400;

interface Place {
  /** 0 is the top. */
  readonly layer: number;
  readonly part: string;
}

function placeOf(path: string): Place | undefined {
  for (const [layer, parts] of LAYERS.entries()) {
    for (const [part, beginnings] of Object.entries(parts)) {
      if (beginnings.some((beginning) => path.startsWith(beginning))) return { layer, part };
    }
  }
  return undefined;
}

/** Every module has a place in the table, and every entry of the table has a module. */
export function misplaced({ modules }: ImportGraph): string[] {
  const paths = [...modules.keys()];
  const unknown = paths.filter((path) => placeOf(path) === undefined).map((path) => `${path} is in no layer`);
  const empty = LAYERS.flatMap((parts) => Object.values(parts).flat())
    .filter((beginning) => !paths.some((path) => path.startsWith(beginning)))
    .map((beginning) => `${beginning} holds no module`);
  return [...unknown, ...empty];
}

/** Imports point at modules that exist, in the same part or further down. */
export function upward({ modules, edges }: ImportGraph): string[] {
  return edges.flatMap((edge) => {
    if (!edge.isModule) return [];
    if (!modules.has(edge.to)) return [`${edge.from} imports ${edge.to}, which does not exist`];
    return isAllowed(edge) ? [] : [`${edge.from} imports ${edge.to}`];
  });
}

function isAllowed({ from, to, typeOnly }: Edge): boolean {
  const source = placeOf(from);
  const target = placeOf(to);
  if (source === undefined || target === undefined) return false;
  if (source.layer !== target.layer) return source.layer < target.layer;
  return source.part === target.part || (typeOnly && to.endsWith('/contract.ts'));
}

/** Threads and the server meet in shared memory: they share types, and neither loads the other. */
export function threadEntanglements({ edges }: ImportGraph): string[] {
  return edges
    .filter(({ from, to, typeOnly }) => {
      if (from.startsWith('workers/')) return to.startsWith('src/server/') && !typeOnly;
      return to.startsWith('workers/');
    })
    .map(({ from, to }) => `${from} loads ${to}`);
}

export function cycles(graph: ImportGraph): string[] {
  return cyclesOf(graph).map((way) => way.join(' → '));
}

/** Pure modules import nothing of Node's and ask neither the clock, nor chance, nor the process. */
export function impurities({ modules, edges }: ImportGraph): string[] {
  const isPure = (path: string) => PURE.some((folder) => path.startsWith(folder));
  const imported = edges
    .filter(({ from, to }) => isPure(from) && to.startsWith('node:'))
    .map(({ from, to }) => `${from} imports ${to}`);
  const asked = [...modules.values()].filter(({ path }) => isPure(path)).flatMap(questionsOf);
  return [...imported, ...asked];
}

const IMPURE_CALLS = new Set(['Date.now', 'Math.random', 'performance.now']);

function questionsOf({ path, tokens }: SourceModule): string[] {
  return tokens.flatMap((token, index) => {
    if (token.kind !== 'word') return [];
    const [dot, member] = [tokens[index + 1]?.text, tokens[index + 2]?.text];
    if (IMPURE_CALLS.has(`${token.text}${dot}${member}`)) return [`${path} uses ${token.text}.${member}`];
    if (token.text === 'process' && (dot === '.' || dot === '?' || dot === '[')) return [`${path} uses process`];
    if (token.text === 'new' && dot === 'Date' && member === '(') return [`${path} uses new Date`];
    return [];
  });
}

/** One package, one importer; a package that the table does not know is a violation, and so is an entry that nobody needs. */
export function strayPackages({ edges }: ImportGraph): string[] {
  const named = edges.flatMap(({ from, to, isModule }) => {
    const name = isModule ? undefined : packageOf(to);
    return name === undefined ? [] : [{ from, name }];
  });
  const stray = named
    .filter(({ from, name }) => !(IMPORTERS[name] ?? []).some((importer) => from.startsWith(importer)))
    .map(({ from, name }) => `${from} imports the package ${name}`);
  const unused = Object.keys(IMPORTERS)
    .filter((name) => !named.some((use) => use.name === name))
    .map((name) => `no module imports the package ${name}`);
  return [...stray, ...unused];
}

export function overlong({ modules }: ImportGraph): string[] {
  return [...modules.values()]
    .filter(({ lines }) => lines > LINES_MAX)
    .map(({ path, lines }) => `${path} has ${lines} lines, more than ${LINES_MAX}`);
}
