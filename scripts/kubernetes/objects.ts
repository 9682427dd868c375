/**
 * Kubernetes objects as the checks read them: the fields that they look at, of the kinds that k8s/ and the chart render. Whether an object
 * has the shape that its kind asks for is for the schemas of Kubernetes to say; here everything may be missing.
 */
import { parseAllDocuments } from 'yaml';

export interface Labels {
  readonly [name: string]: string;
}

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Labels;
  readonly annotations?: Labels;
}

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

export type PortName = string | number;

export interface Probe {
  readonly httpGet?: { readonly path?: string; readonly port?: PortName };
  readonly periodSeconds?: number;
  readonly failureThreshold?: number;
}

export interface EnvironmentVariable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly resourceFieldRef?: { readonly resource?: string; readonly divisor?: string };
    readonly secretKeyRef?: { readonly name?: string; readonly key?: string; readonly optional?: boolean };
    readonly fieldRef?: { readonly fieldPath?: string };
  };
}

export interface SecurityContext {
  readonly [setting: string]: unknown;
  readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
  readonly seccompProfile?: { readonly type?: string };
}

export interface Resources {
  readonly requests?: { readonly cpu?: string | number; readonly memory?: string | number };
  readonly limits?: { readonly cpu?: string | number; readonly memory?: string | number };
}

export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
  readonly env?: readonly EnvironmentVariable[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string; readonly subPath?: string }[];
  readonly resources?: Resources;
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly lifecycle?: { readonly preStop?: { readonly sleep?: { readonly seconds?: number } } };
  readonly securityContext?: SecurityContext;
}

export interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name?: string };
  readonly secret?: { readonly secretName?: string };
  readonly emptyDir?: object;
}

export interface LabelSelector {
  readonly matchLabels?: Labels;
}

export interface PodSpec {
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly terminationGracePeriodSeconds?: number;
  readonly securityContext?: SecurityContext;
  readonly topologySpreadConstraints?: readonly {
    readonly topologyKey: string;
    readonly labelSelector?: LabelSelector;
  }[];
  readonly containers: readonly Container[];
  readonly volumes?: readonly Volume[];
}

export interface Deployment extends KubernetesObject {
  readonly spec: {
    readonly replicas?: number;
    readonly selector: LabelSelector;
    readonly template: { readonly metadata?: Partial<ObjectMeta>; readonly spec: PodSpec };
  };
}

export interface Service extends KubernetesObject {
  readonly spec: {
    readonly selector?: Labels;
    readonly ports?: readonly { readonly name?: string; readonly port: number; readonly targetPort?: PortName }[];
  };
}

export interface Ingress extends KubernetesObject {
  readonly spec: {
    readonly tls?: readonly { readonly hosts?: readonly string[] }[];
    readonly rules?: readonly {
      readonly host?: string;
      readonly http?: {
        readonly paths: readonly {
          readonly backend: {
            readonly service?: { readonly name: string; readonly port?: { name?: string; number?: number } };
          };
        }[];
      };
    }[];
  };
}

export interface HorizontalPodAutoscaler extends KubernetesObject {
  readonly spec: {
    readonly scaleTargetRef: { readonly kind: string; readonly name: string };
    readonly minReplicas?: number;
    readonly maxReplicas: number;
    readonly metrics?: readonly {
      readonly type: string;
      readonly resource?: { readonly name: string };
      readonly pods?: { readonly metric: { readonly name: string } };
    }[];
  };
}

export interface PodDisruptionBudget extends KubernetesObject {
  readonly spec: { readonly minAvailable?: PortName; readonly selector?: LabelSelector };
}

export interface NetworkPolicy extends KubernetesObject {
  readonly spec: {
    readonly podSelector: LabelSelector;
    readonly ingress?: readonly {
      readonly from?: readonly unknown[];
      readonly ports?: readonly { readonly port?: PortName }[];
    }[];
  };
}

export interface ServiceMonitor extends KubernetesObject {
  readonly spec: {
    readonly selector?: LabelSelector;
    readonly endpoints?: readonly { readonly port?: string }[];
  };
}

export interface ConfigMap extends KubernetesObject {
  readonly data?: Labels;
}

export interface ServiceAccount extends KubernetesObject {
  readonly automountServiceAccountToken?: boolean;
}

/** The kinds that the checks know. */
interface Kinds {
  readonly ConfigMap: ConfigMap;
  readonly Deployment: Deployment;
  readonly HorizontalPodAutoscaler: HorizontalPodAutoscaler;
  readonly Ingress: Ingress;
  readonly Namespace: KubernetesObject;
  readonly NetworkPolicy: NetworkPolicy;
  readonly PodDisruptionBudget: PodDisruptionBudget;
  readonly Service: Service;
  readonly ServiceAccount: ServiceAccount;
  readonly ServiceMonitor: ServiceMonitor;
}

/**
 * The objects of a file or a rendering, empty documents left out; read as kubectl reads YAML, by version 1.1, where 0444 is octal.
 * @throws Error when the text is no YAML, or a document is no object with apiVersion, kind and name
 */
export function parseObjects(text: string): KubernetesObject[] {
  return parseAllDocuments(text, { version: '1.1' }).flatMap((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    const value: unknown = document.toJS();
    return value === null ? [] : [asObject(value)];
  });
}

function asObject(value: unknown): KubernetesObject {
  const object = value as Partial<KubernetesObject>;
  if (
    typeof object.apiVersion === 'string' &&
    typeof object.kind === 'string' &&
    typeof object.metadata?.name === 'string'
  )
    return object as KubernetesObject;
  throw new Error(`a document is no Kubernetes object: ${JSON.stringify(value).slice(0, 200)}`);
}

export function ofKind<Kind extends keyof Kinds>(objects: readonly KubernetesObject[], kind: Kind): Kinds[Kind][] {
  return objects.filter((object) => object.kind === kind) as Kinds[Kind][];
}

export function titleOf({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.name}`;
}

/** Whether a selector, which must not be empty, picks what has these labels. */
export function selects(selector: Labels | undefined, labels: Labels | undefined): boolean {
  const wanted = Object.entries(selector ?? {});
  return wanted.length > 0 && wanted.every(([name, value]) => labels?.[name] === value);
}

const MEMORY_UNITS: { readonly [unit: string]: number } = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
};

/** Bytes of a quantity such as 512Mi. @throws Error for anything else */
export function memoryBytes(quantity: string | number): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(String(quantity)) ?? [];
  const factor = unit === undefined ? undefined : MEMORY_UNITS[unit];
  if (factor === undefined) throw new Error(`${quantity} is no quantity of memory`);
  return Number(digits) * factor;
}

/** CPUs of a quantity such as 500m or 2. @throws Error for anything else */
export function cpus(quantity: string | number): number {
  const [, digits, milli] = /^(\d+(?:\.\d+)?)(m?)$/.exec(String(quantity)) ?? [];
  if (digits === undefined) throw new Error(`${quantity} is no quantity of CPUs`);
  return milli === 'm' ? Number(digits) / 1_000 : Number(digits);
}
