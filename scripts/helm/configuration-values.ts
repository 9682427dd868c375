/** Values of the Helm chart that make the simulator's configuration: the file, what is kept secret, and what lies beside it. */
import type { JsonSchema } from '../../src/kernel/json-schema.js';
import { choice, flag, objectName, section, text } from './value-forms.js';

const fileMap = (description: string): JsonSchema => ({
  type: 'object',
  title: 'map of texts',
  description,
  additionalProperties: { type: 'string' },
  propertyNames: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,253}$', title: 'a file name' },
  default: {},
});

const secretKey = (fallback: string): JsonSchema => ({
  type: 'string',
  description: 'Under which key of the Secret it is.',
  pattern: '^[-._a-zA-Z0-9]{1,253}$',
  default: fallback,
});

/** The configuration's own schema comes in when values.schema.json is made. */
const config: JsonSchema = {
  type: 'object',
  title: 'configuration',
  description:
    "The simulator's configuration: any part of it, what is left out keeps its default. It becomes simulator.yaml as it is, and is checked against the simulator's own schema before anything is installed. Every key is in docs/configuration.md.",
  default: {
    simulation: { deterministic: true, seed: 12_345 },
    providers: { 'gpt-4-turbo': { enabled: true } },
  },
};

export const configurationValues: { readonly [key: string]: JsonSchema } = {
  config,
  configReload: choice(
    "What a change of the configuration does to running pods. watch: they notice the changed file and reload it, without a connection being closed; they are replaced only where a key changes that needs a restart. rollout: they are replaced one after another, so that all of a pod's life has one configuration.",
    ['watch', 'rollout'],
  ),
  configStorage: choice(
    'Where simulator.yaml is kept. Secret is for a configuration that holds secrets itself: server.api_keys, rate_limits.keys.',
    ['ConfigMap', 'Secret'],
  ),
  scenarioFiles: fileMap(
    'Scenarios as in config/scenarios/, by any name: `--set-file scenarioFiles.mine=mine.yaml`. They are added to config.scenarios.',
  ),
  extraConfigFiles: fileMap(
    'Files that lie beside simulator.yaml, so that it can name them by their file names: traces, texts.',
  ),
  logFilter: text(
    'Filter of the log by module (LLM_SIM_LOG), such as "info" or "warn,http=debug"; over config.telemetry.logging, which holds where this is empty.',
    '',
  ),
  admin: section(
    'The key of the /admin endpoints. Without one they answer to the pod itself alone, that is to kubectl port-forward, unless config.admin.allowed_ips says otherwise.',
    {
      apiKey: {
        type: 'string',
        description:
          'The key itself, from which the chart makes a Secret. It stands in the release then: better name an existing Secret.',
        maxLength: 1_024,
        pattern: '^[\\x21-\\x7e]*$',
        default: '',
      },
      existingSecret: objectName('A Secret of yours that holds the key.'),
      existingSecretKey: secretKey('api-key'),
    },
  ),
  tls: section('HTTPS on the HTTP port. The metrics port stays plain HTTP.', {
    enabled: flag(
      'Whether the HTTP port speaks TLS and nothing else. With configReload: watch a renewed certificate is taken without a restart.',
      false,
    ),
    secretName: objectName('A Secret of the type kubernetes.io/tls. Needed with tls.enabled.'),
  }),
  redis: section('State that replicas share: stored responses, rate limits. Without it each pod has its own.', {
    enabled: flag('Whether state is kept in Redis.', false),
    url: text(
      'redis:// or rediss:// URL, from which the chart makes a Secret. Better name an existing Secret when it has a password.',
    ),
    existingSecret: objectName('A Secret of yours that holds the URL.'),
    existingSecretKey: secretKey('url'),
    port: {
      type: 'integer',
      description: 'The port in the URL that existingSecret holds, which the NetworkPolicy lets pods reach.',
      minimum: 1,
      maximum: 65_535,
      default: 6379,
    },
  }),
};
