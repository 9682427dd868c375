/**
 * The next generation of a configuration: read and checked like the first, made of what a running server can take of it, and compared with
 * the one that holds. Takes some 50 ms and more, so a server has it done in a thread of its own.
 */
import { createHash } from 'node:crypto';
import type { SnapshotTexts } from '../runtime/thread-notice.js';
import { changedPaths, keepUntilRestart } from './configuration-changes.js';
import { fileDigestSync } from './file-digest.js';
import { type LoadRequest, loadConfiguration } from './loader.js';
import { ConfigurationFailure, type ConfigurationProblem, formatPath, type Origin, type Path } from './problems.js';
import type { Configuration } from './schema/configuration.js';
import { shownPath } from './schema/marks.js';
import { type ConfigurationSnapshot, createSnapshot, MODEL_NAMES_MAX } from './snapshot.js';
import { ownSnapshot, snapshotTexts } from './snapshot-texts.js';
import { traceKeyOf } from './trace-key.js';
import { obstacleToUws } from './transport-needs.js';

/** Which rows each trace holds, by its key. */
export type TraceDigests = { readonly [key: string]: string };

/** Plain data. */
export interface NextGenerationJob {
  readonly request: LoadRequest;
  /** The generation that holds: what `own` of its texts is. */
  readonly current: string;
  readonly traces: TraceDigests;
  readonly generation: number;
  /** What the server runs with, which decides which faults there can be. */
  readonly transport: string | undefined;
  /** Drawn once for a server: see createSnapshot(). */
  readonly randomSeed: number;
}

/** Plain data. */
export interface NextGeneration {
  readonly texts: SnapshotTexts;
  readonly traces: TraceDigests;
  /** What the file held, see fileDigest(). */
  readonly digest: string | undefined;
  /** What takes effect, as paths of keys. */
  readonly changed: readonly string[];
  /** What was asked for and needs a restart. */
  readonly needsRestart: readonly string[];
}

/** @throws ConfigurationFailure with every problem */
export function nextGeneration(job: NextGenerationJob): NextGeneration {
  const { current, generation, randomSeed, request, traces, transport } = job;
  const running = ownSnapshot({ own: current });
  // Before it is read: one that changes in between is then seen to have changed.
  const digest = fileDigestSync(request.file);
  const wanted = loadConfiguration(request);
  const needsRestart = keepUntilRestart(wanted, running.configuration);
  const loaded = withKeptCertificate(wanted, running);
  requireNames(loaded, running.modelNames, request);
  if (transport === 'uws') requireTransport(loaded, request);
  const snapshot = createSnapshot(loaded, generation, randomSeed, running.modelNames);
  const digests = traceDigests(snapshot);
  const changed = [
    ...changedPaths(running.configuration, snapshot.configuration),
    ...tracesChanged(snapshot, running, digests, traces),
    ...certificateChanged(snapshot, running),
  ];
  return {
    texts: snapshotTexts(snapshot),
    traces: digests,
    digest,
    changed: shown(changed),
    needsRestart: shown(needsRestart),
  };
}

export function traceDigests({ traces }: Pick<ConfigurationSnapshot, 'traces'>): TraceDigests {
  const digest = (trace: object) => createHash('sha256').update(JSON.stringify(trace)).digest('base64');
  return Object.fromEntries(Object.entries(traces).map(([key, trace]) => [key, digest(trace)]));
}

/** The models whose traces are configured as before and hold other rows. */
function tracesChanged(
  snapshot: ConfigurationSnapshot,
  running: ConfigurationSnapshot,
  now: TraceDigests,
  before: TraceDigests,
): Path[] {
  return snapshot.models.flatMap(({ name, trace }) => {
    const key = traceKeyOf(trace);
    const isKnown = running.models.some((model) => model.name === name && traceKeyOf(model.trace) === key);
    if (key === undefined || !isKnown || now[key] === before[key]) return [];
    return [['providers', name, 'trace', 'file']];
  });
}

/**
 * Whether TLS is spoken stays as it is until a restart: where a configuration wants none any more, the certificate that serves stays with it,
 * and one that it wants for the first time is left out.
 */
function withKeptCertificate(
  wanted: Configuration,
  { certificate, configuration }: ConfigurationSnapshot,
): Configuration {
  const { tls } = wanted.server;
  if (tls.enabled === (wanted.certificate !== undefined)) return wanted;
  const { certificate: _, ...others } = wanted;
  if (certificate === undefined) return others;
  return { ...others, server: { ...others.server, tls: { ...configuration.server.tls } }, certificate };
}

/** The same paths with other contents. */
function certificateChanged({ certificate }: ConfigurationSnapshot, running: ConfigurationSnapshot): Path[] {
  return certificate?.digest === running.certificate?.digest ? [] : [['server', 'tls', 'cert']];
}

function requireNames(loaded: Configuration, earlier: readonly string[], request: LoadRequest): void {
  const enabled = Object.entries(loaded.providers).filter(([, { enabled: isEnabled }]) => isEnabled);
  const names = new Set([...earlier, ...enabled.map(([name]) => name)]);
  if (names.size <= MODEL_NAMES_MAX) return;
  const message = `must not bring the names of models since the start above ${MODEL_NAMES_MAX}`;
  const hint = 'Every name that was a model keeps its place in the metrics; a restart begins anew.';
  throw refusal({ path: 'providers', value: names.size, message }, request, hint);
}

function requireTransport(loaded: Configuration, request: LoadRequest): void {
  const obstacle = obstacleToUws(loaded);
  if (obstacle === undefined) return;
  const message = `must do with what the server runs with: ${obstacle}`;
  throw refusal(
    { path: 'server.transport', message },
    request,
    'A restart takes the transport that can do everything.',
  );
}

function refusal(
  problem: Omit<ConfigurationProblem, 'origin'>,
  { file }: LoadRequest,
  hint: string,
): ConfigurationFailure {
  const origin: Origin = file === undefined ? { kind: 'object' } : { kind: 'whole_file', file };
  return new ConfigurationFailure('CONFIG_INVALID', [{ ...problem, origin }], hint);
}

function shown(paths: readonly Path[]): string[] {
  return [...new Set(paths.map((path) => formatPath(shownPath(path))))];
}
