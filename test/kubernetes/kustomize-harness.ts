/**
 * The real kustomize, as scripts/kubernetes-check builds it, and the Python tools that look at what it makes. Tests that need them are skipped
 * where the variables do not name them.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { stringify } from 'yaml';
import { type KubernetesObject, parseObjects } from '../../scripts/kubernetes/objects.js';
import { packageRoot } from '../../src/kernel/package-root.js';

const kustomizeProgram = process.env.LLM_SIM_TEST_KUSTOMIZE;
const tools = process.env.LLM_SIM_TEST_KUBERNETES_TOOLS;
/** A folder with the definitions of the Prometheus operator's kinds. */
export const operatorDefinitions = process.env.LLM_SIM_TEST_OPERATOR_CRDS;

/** For the tests' options: why they are skipped, or false. */
export const withoutKustomize =
  kustomizeProgram === undefined ? 'LLM_SIM_TEST_KUSTOMIZE names no kustomize: scripts/kubernetes-check does' : false;
export const withoutTools =
  withoutKustomize || (tools === undefined ? 'LLM_SIM_TEST_KUBERNETES_TOOLS names no Python tools' : false);
export const withoutDefinitions =
  withoutKustomize || (operatorDefinitions === undefined ? 'LLM_SIM_TEST_OPERATOR_CRDS names no folder' : false);

const COMMAND_MS_MAX = 120_000;
const OUTPUT_BYTES_MAX = 32 * 1_024 * 1_024;
const folder = join(packageRoot, 'k8s');

export const overlays: readonly string[] = readdirSync(join(folder, 'overlays')).sort();
export const components: readonly string[] = readdirSync(join(folder, 'components')).sort();

/** What is rendered: the base, each overlay, and the base with each component. */
export interface Rendering {
  readonly name: string;
  readonly component?: string;
}

export const renderings: readonly Rendering[] = [
  { name: 'base' },
  ...overlays.map((overlay) => ({ name: `overlays/${overlay}` })),
  ...components.map((component) => ({ name: `base with components/${component}`, component })),
];

const rendered = new Map<string, string>();

/** As text; each is rendered once. @throws Error with what kustomize says */
export function renderText({ component, name }: Rendering): string {
  const known = rendered.get(name);
  if (known !== undefined) return known;
  const text = component === undefined ? build(join(folder, name)) : buildWith(component);
  rendered.set(name, text);
  return text;
}

export function render(rendering: Rendering): KubernetesObject[] {
  return parseObjects(renderText(rendering));
}

function build(path: string): string {
  if (kustomizeProgram === undefined) throw new Error('LLM_SIM_TEST_KUSTOMIZE names no kustomize');
  return execFileSync(kustomizeProgram, ['build', path], {
    encoding: 'utf8',
    timeout: COMMAND_MS_MAX,
    maxBuffer: OUTPUT_BYTES_MAX,
  });
}

function buildWith(component: string): string {
  const overlay = mkdtempSync(join(tmpdir(), 'kustomize-'));
  try {
    const kustomization = {
      resources: [relative(overlay, join(folder, 'base'))],
      components: [relative(overlay, join(folder, 'components', component))],
      namespace: 'llm-simulator',
    };
    writeFileSync(join(overlay, 'kustomization.yaml'), stringify(kustomization));
    return build(overlay);
  } finally {
    rmSync(overlay, { recursive: true, force: true });
  }
}

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one of the Python tools, or the interpreter that has them; its exit code is part of the outcome and no error. */
export function runTool(program: string, args: readonly string[], input = ''): Outcome {
  const { error, status, stderr, stdout } = spawnSync(join(tools ?? '', program), args, {
    encoding: 'utf8',
    input,
    timeout: COMMAND_MS_MAX,
    maxBuffer: OUTPUT_BYTES_MAX,
  });
  if (error !== undefined) throw error;
  return { code: status, stdout, stderr };
}
