/** Values of the Helm chart that say how the pods are reached: Service, Ingress, NetworkPolicy. */
import type { JsonSchema } from '../../src/kernel/json-schema.js';
import { choice, flag, integer, kubernetesList, objectName, section, stringMap, text } from './value-forms.js';

/** Peers of a NetworkPolicy. */
const peers = (description: string, fallback: readonly object[]): JsonSchema => ({
  ...kubernetesList('NetworkPolicyPeer', description),
  default: fallback,
});

const namespaceOf = (name: string) => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } });

const hosts: JsonSchema = {
  type: 'array',
  title: 'list of hosts',
  description: 'Host names, each with its paths.',
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['host'],
    properties: {
      host: { type: 'string', minLength: 1, maxLength: 253, description: 'Host name.' },
      paths: {
        type: 'array',
        description: 'Paths below it; all of them unless given.',
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['path'],
          properties: {
            path: { type: 'string', pattern: '^/', description: 'Path.' },
            pathType: {
              type: 'string',
              enum: ['Prefix', 'Exact', 'ImplementationSpecific'],
              description: 'How it is matched.',
            },
          },
        },
      },
    },
  },
  default: [{ host: 'llm-simulator.example.com', paths: [{ path: '/', pathType: 'Prefix' }] }],
};

const tls: JsonSchema = {
  type: 'array',
  title: 'list of certificates',
  description: 'Certificates of the Ingress.',
  items: {
    type: 'object',
    additionalProperties: false,
    properties: {
      secretName: { type: 'string', minLength: 1, description: 'Secret of the type kubernetes.io/tls.' },
      hosts: { type: 'array', items: { type: 'string', minLength: 1 }, description: 'Host names it is for.' },
    },
  },
  default: [],
};

export const networkValues: { readonly [key: string]: JsonSchema } = {
  service: section('How the cluster reaches the pods.', {
    type: choice('Its type.', ['ClusterIP', 'NodePort', 'LoadBalancer']),
    port: integer('Port for clients.', [1, 65_535], 80),
    metricsPort: integer('Port for Prometheus.', [1, 65_535], 9_090),
    nodePort: integer(
      'Port on every node, with NodePort and LoadBalancer; null lets Kubernetes choose.',
      [1, 65_535],
      null,
    ),
    externalTrafficPolicy: text('Cluster or Local, with NodePort and LoadBalancer.'),
    loadBalancerSourceRanges: {
      type: 'array',
      title: 'list of CIDR blocks',
      description: 'Who may use a LoadBalancer; empty allows all.',
      items: { type: 'string', minLength: 1 },
      default: [],
    },
    annotations: stringMap('Annotations, for cloud load balancers.'),
  }),
  ingress: section('How clients outside of the cluster reach it.', {
    enabled: flag('Whether there is an Ingress. It needs a host of yours, so it is off by default.', false),
    className: objectName('IngressClass.', 'nginx'),
    annotations: stringMap(
      'Annotations. Those of ingress-nginx here let streams pass as they come, for as long as they take, and bodies of the size that the simulator takes.',
      {
        'nginx.ingress.kubernetes.io/proxy-buffering': 'off',
        'nginx.ingress.kubernetes.io/proxy-read-timeout': '3600',
        'nginx.ingress.kubernetes.io/proxy-send-timeout': '3600',
        'nginx.ingress.kubernetes.io/proxy-connect-timeout': '5',
        'nginx.ingress.kubernetes.io/proxy-body-size': '10m',
        'nginx.ingress.kubernetes.io/proxy-next-upstream': 'error timeout',
        'nginx.ingress.kubernetes.io/proxy-next-upstream-tries': '3',
      },
    ),
    hosts,
    tls,
  }),
  networkPolicy: section(
    "Who may talk to the pods, and with whom they may. It takes effect where the cluster's network enforces it.",
    {
      enabled: flag('Whether there is a NetworkPolicy.', true),
      clientsFrom: peers(
        "Who may use the HTTP port. Empty: the pods of the cluster, the Ingress' among them, and with a NodePort or LoadBalancer everybody.",
        [],
      ),
      metricsFrom: peers('Who may use the metrics port. Empty: nobody but the probes.', [namespaceOf('monitoring')]),
      tracesTo: peers(
        'Where traces may go, on the ports of OTLP and that of config.telemetry.tracing.otlp_endpoint. Empty: nowhere.',
        [namespaceOf('monitoring')],
      ),
      extraIngress: kubernetesList('NetworkPolicyIngressRule', 'More that may come in.'),
      extraEgress: kubernetesList('NetworkPolicyEgressRule', 'More that may go out.'),
    },
  ),
};
