/**
 * The simulator's own pod among rendered objects: its container, the environment as the kubelet fills it in, and the configuration that it
 * starts with, which is the ConfigMap's file under that environment.
 */
import { basename, dirname } from 'node:path';
import { loadConfiguration } from '../../src/config/loader.js';
import {
  type Container,
  cpus,
  type Deployment,
  type EnvironmentVariable,
  type KubernetesObject,
  memoryBytes,
  ofKind,
  type PodSpec,
} from './objects.js';

export interface SimulatorPod {
  readonly deployment: Deployment;
  readonly spec: PodSpec;
  readonly container: Container;
  /** What is set to a value, or follows from limits and requests. Secrets and fields of the pod are left out. */
  readonly environment: { readonly [name: string]: string };
  /** Undefined where --config names no file of a ConfigMap. */
  readonly file: ConfigurationFile | undefined;
  readonly configuration: ReturnType<typeof loadConfiguration>;
}

export interface ConfigurationFile {
  readonly configMap: string;
  readonly name: string;
  readonly content: string;
}

/**
 * @throws Error when there is not exactly one Deployment with exactly one container
 * @throws ConfigurationFailure when the simulator would refuse to start
 */
export function simulatorPod(objects: readonly KubernetesObject[]): SimulatorPod {
  const deployments = ofKind(objects, 'Deployment');
  const deployment = deployments[0];
  const containers = deployment?.spec.template.spec.containers ?? [];
  if (deployment === undefined || deployments.length > 1 || containers.length !== 1)
    throw new Error('one Deployment with one container is what these checks are about');
  const spec = deployment.spec.template.spec;
  const container = containers[0]!;
  const environment = environmentOf(container);
  const file = configurationFile(objects, spec, container);
  const text = file === undefined ? {} : { text: { name: file.name, content: file.content } };
  return { deployment, spec, container, environment, file, configuration: loadConfiguration({ ...text, environment }) };
}

function environmentOf(container: Container): { readonly [name: string]: string } {
  const entries = (container.env ?? []).flatMap((variable): [string, string][] => {
    const value = variable.value ?? resourceValue(variable, container);
    return value === undefined ? [] : [[variable.name, value]];
  });
  return Object.fromEntries(entries);
}

/** As the kubelet does it: divided and rounded up. */
function resourceValue({ valueFrom }: EnvironmentVariable, { resources }: Container): string | undefined {
  const reference = valueFrom?.resourceFieldRef;
  if (reference === undefined) return undefined;
  const [section, name] = (reference.resource ?? '').split('.');
  const quantity = resources?.[section as 'limits' | 'requests']?.[name as 'cpu' | 'memory'];
  if (quantity === undefined) throw new Error(`no ${reference.resource} is set that a variable could follow`);
  const measure = name === 'cpu' ? cpus : memoryBytes;
  return String(Math.ceil(measure(quantity) / measure(reference.divisor ?? '1')));
}

/** The argument of --config, found through the mount to the ConfigMap. */
function configurationFile(
  objects: readonly KubernetesObject[],
  { volumes = [] }: PodSpec,
  { args = [], volumeMounts = [] }: Container,
): ConfigurationFile | undefined {
  const path = args[args.indexOf('--config') + 1];
  if (!args.includes('--config') || path === undefined) return undefined;
  const mount = volumeMounts.find(
    ({ mountPath, subPath }) => mountPath === (subPath === undefined ? dirname(path) : path),
  );
  const configMap = volumes.find(({ name }) => name === mount?.name)?.configMap?.name;
  const data = ofKind(objects, 'ConfigMap').find(({ metadata }) => metadata.name === configMap)?.data;
  const content = data?.[mount?.subPath ?? basename(path)];
  return configMap === undefined || content === undefined ? undefined : { configMap, name: basename(path), content };
}
