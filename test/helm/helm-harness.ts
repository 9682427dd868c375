/**
 * The real Helm, as scripts/helm-check builds it: renders the chart and gives back the objects. Tests that need it are skipped where
 * LLM_SIM_TEST_HELM does not name it.
 */
import { type ExecFileException, execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { packageRoot } from '../../src/kernel/package-root.js';

export const chart = join(packageRoot, 'deploy/helm/llm-simulator');

const helmProgram = process.env.LLM_SIM_TEST_HELM;

/** For the tests' options: why they are skipped, or false. */
export const withoutHelm =
  helmProgram === undefined ? 'LLM_SIM_TEST_HELM names no helm: scripts/helm-check does' : false;

const commandMsMax = 60_000;
const outputBytesMax = 32 * 1_024 * 1_024;

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; its exit code is part of the outcome and no error. */
export function run(program: string, args: readonly string[], input = ''): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const options = { timeout: commandMsMax, maxBuffer: outputBytesMax };
    const child = execFile(program, args, options, (error: ExecFileException | null, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') reject(error);
      else resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
    // Some programs end without having read what there is for them.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

export function helm(...args: readonly string[]): Promise<Outcome> {
  if (helmProgram === undefined) throw new Error('LLM_SIM_TEST_HELM names no helm');
  return run(helmProgram, args);
}

/** Without a cluster to ask, Helm has to be told which Kubernetes it renders for. */
export function helmTemplate(release: string, folder: string, ...args: readonly string[]): Promise<Outcome> {
  return helm('template', release, folder, '--namespace', 'llm-simulator', '--kube-version', '1.37.0', ...args);
}

// biome-ignore lint/suspicious/noExplicitAny: objects of Kubernetes in whatever shape the templates give them; the tests say what they expect
export type Rendered = any;

/** The documents of a text, read as Helm and kubectl read YAML: by version 1.1, where 0444 is octal. */
export function documentsOf(text: string): Rendered[] {
  return parseAllDocuments(text, { version: '1.1', merge: true }).flatMap((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    const value = document.toJS();
    return value === null ? [] : [value];
  });
}

export interface RenderOptions {
  readonly release?: string;
  /** Names of files in the chart's ci folder. */
  readonly files?: readonly string[];
  /** Values as JSON, by their keys. */
  readonly set?: { readonly [key: string]: unknown };
  readonly chart?: string;
}

const known = new Map<string, Promise<readonly Rendered[]>>();

/** The objects of the chart with these values, each time copies of their own. */
export async function render(options: RenderOptions = {}): Promise<Rendered[]> {
  const key = JSON.stringify(options);
  const objects = known.get(key) ?? renderAnew(options);
  known.set(key, objects);
  return structuredClone(await objects) as Rendered[];
}

async function renderAnew({ release = 'llm-simulator', ...options }: RenderOptions): Promise<readonly Rendered[]> {
  const files = (options.files ?? []).flatMap((name) => ['--values', join(chart, 'ci', name)]);
  const set = Object.entries(options.set ?? {}).flatMap(([key, value]) => [
    '--set-json',
    `${key}=${JSON.stringify(value)}`,
  ]);
  const outcome = await helmTemplate(release, options.chart ?? chart, ...files, ...set);
  if (outcome.code !== 0) throw new Error(`helm template ${files.join(' ')} fails: ${outcome.stderr}`);
  return documentsOf(outcome.stdout);
}

/** The only object of the kind whose name fits. */
export function only(objects: readonly Rendered[], kind: string, name = /./): Rendered {
  const found = objects.filter((object) => object.kind === kind && name.test(object.metadata.name));
  if (found.length !== 1) throw new Error(`${found.length} objects of the kind ${kind} with a name like ${name}`);
  return found[0];
}

/** Whether Helm makes the object for a test alone. */
export function isHook({ metadata }: Rendered): boolean {
  return metadata.annotations?.['helm.sh/hook'] !== undefined;
}

export function has(objects: readonly Rendered[], kind: string): boolean {
  return objects.some((object) => object.kind === kind);
}

const yamlNames = (folder: string) =>
  readdirSync(join(chart, folder))
    .filter((name) => name.endsWith('.yaml'))
    .sort();

/** The value sets of the chart: those that have to be rendered, and those that have to be refused. */
export const valueSets = yamlNames('ci');
export const refusedSets = yamlNames('ci/refused');

/** A release's name is part of most names: the longest that Helm takes has to fit. */
export const longestReleaseName = 'a-release-whose-name-has-the-fifty-three-letters-of-h';

/** The default values, and every set. */
export const renderings: readonly RenderOptions[] = [
  {},
  ...valueSets.map((name) =>
    name.startsWith('long-name') ? { files: [name], release: longestReleaseName } : { files: [name] },
  ),
];

export function titleOf({ files = ['default values'] }: RenderOptions): string {
  return files.join(' ');
}
