/**
 * k8s/base without kustomize: its resources, the namespace that its kustomization gives them, and the ConfigMap of its file. Enough for
 * tests and for the sizing page, which need no tool; scripts/kubernetes-check looks at what kustomize really makes of it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { packageRoot } from '../../src/kernel/package-root.js';
import { type ConfigMap, type KubernetesObject, type Labels, parseObjects } from './objects.js';

interface Kustomization {
  readonly namespace: string;
  readonly labels: readonly { readonly pairs: Labels }[];
  readonly resources: readonly string[];
  readonly configMapGenerator: readonly { readonly name: string; readonly files: readonly string[] }[];
}

const BASE = join(packageRoot, 'k8s/base');

export function baseKustomization(): Kustomization {
  return parse(readFileSync(join(BASE, 'kustomization.yaml'), 'utf8')) as Kustomization;
}

export function baseObjects(): KubernetesObject[] {
  const { namespace, resources, configMapGenerator } = baseKustomization();
  const objects = resources.flatMap((file) => parseObjects(readFileSync(join(BASE, file), 'utf8')));
  const configMaps = configMapGenerator.map(({ files, name }): ConfigMap => {
    const data = Object.fromEntries(files.map((file) => [file, readFileSync(join(BASE, file), 'utf8')]));
    return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
  });
  return [...objects, ...configMaps].map((object) =>
    object.kind === 'Namespace' ? object : { ...object, metadata: { ...object.metadata, namespace } },
  );
}
