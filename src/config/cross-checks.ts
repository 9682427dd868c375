/**
 * What no schema can say: keys that must agree with each other, addresses, and the distributions' own checks. A check is
 * skipped where one of its keys has already been found wrong, so that one mistake is reported once.
 */
import { isIP } from 'node:net';
import type { Length } from '../latency/lengths.js';
import type { DistributionParameters } from '../latency/registry.js';
import { batchingFindings } from './batching-checks.js';
import { distributionFindings, lengthFindings } from './distribution-checks.js';
import { errorShareFindings, faultFindings } from './fault-checks.js';
import { isPlainObject, valueAt } from './plain-data.js';
import type { Finding, Path } from './problems.js';
import { rateLimitFindings } from './rate-limit-checks.js';
import { replyFindings } from './reply-checks.js';
import { scenarioFindings } from './scenario-checks.js';
import type { Configuration, ModelConfiguration } from './schema/configuration.js';
import { CHUNK_TOKENS_MAX } from './schema/latency.js';
import { OUTPUT_TOKENS_MAX, REASONING_TOKENS_MAX } from './schema/models.js';
import { sessionFindings } from './session-checks.js';
import { type Sound, soundness } from './soundness.js';
import { transportFindings } from './transport-needs.js';

function portFindings(configuration: Configuration, sound: Sound): Finding[] {
  const path = ['telemetry', 'metrics', 'prometheus_port'];
  const related = ['server', 'port'];
  if (!sound(path) || !sound(related)) return [];
  const port = configuration.telemetry.metrics.prometheus_port;
  if (port === 0 || port !== configuration.server.port) return [];
  return [{ path, part: 'value', value: port, message: 'must differ from server.port', related }];
}

function isAddressBlock(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

function addressFindings(configuration: Configuration, sound: Sound): Finding[] {
  return (['allowed_ips', 'trusted_proxies'] as const).flatMap((key) => {
    const path = ['admin', key];
    if (!sound(path)) return [];
    return configuration.admin[key].flatMap((value, index): Finding[] =>
      isAddressBlock(value)
        ? []
        : [{ path: [...path, String(index)], part: 'value', value, message: 'must be an IP address or CIDR block' }],
    );
  });
}

function endpointFindings(configuration: Configuration, sound: Sound): Finding[] {
  const path = ['telemetry', 'tracing', 'otlp_endpoint'];
  if (!sound(path)) return [];
  const value = configuration.telemetry.tracing.otlp_endpoint;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url !== undefined && (url.username !== '' || url.password !== '')) {
    const message = 'must be a URL without a user and password, since addresses are shown';
    const suggestion = 'Put them into telemetry.tracing.headers: authorization: Basic …';
    return [{ path, part: 'value', message, suggestion }];
  }
  if (/^https?:$/.test(url?.protocol ?? '')) return [];
  return [{ path, part: 'value', value, message: 'must be a URL that starts with http:// or https://' }];
}

function redisFindings(configuration: Configuration, sound: Sound): Finding[] {
  const path = ['state', 'redis', 'url'];
  if (!sound(path)) return [];
  const { url } = configuration.state.redis;
  if (URL.canParse(url) && /^rediss?:$/.test(new URL(url).protocol) && new URL(url).hostname !== '') return [];
  const message = 'must be a URL that starts with redis:// or rediss:// and names a host';
  return [{ path, part: 'value', value: url, message }];
}

/** The lengths of a model and the longest that each can be. */
const lengths: readonly (readonly [below: Path, max: number])[] = [
  [['output_tokens'], OUTPUT_TOKENS_MAX],
  [['reasoning', 'tokens'], REASONING_TOKENS_MAX],
  [['latency', 'tokens_per_chunk'], CHUNK_TOKENS_MAX],
];

function tokenFindings(path: Path, model: ModelConfiguration, sound: Sound): Finding[] {
  const findings = lengths.flatMap(([below, max]) => {
    const length = valueAt(model, below) as Length | undefined;
    return length === undefined ? [] : lengthFindings([...path, ...below], length, max, sound);
  });
  const limitPath = [...path, 'max_output_tokens'];
  const windowPath = [...path, 'context_window_tokens'];
  const { max_output_tokens: limit, context_window_tokens: window } = model;
  if (
    (model.kind === 'chat' || model.kind === 'completion') &&
    sound(limitPath) &&
    sound(windowPath) &&
    limit > window
  ) {
    const message = `must be <= context_window_tokens (${window})`;
    findings.push({ path: limitPath, part: 'value', value: limit, message, related: windowPath });
  }
  return findings;
}

function modelFindings(name: string, model: ModelConfiguration, sound: Sound): Finding[] {
  const path = ['providers', name];
  const findings = tokenFindings(path, model, sound);
  for (const delay of ['ttft', 'itl'] as const) {
    const parameters = valueAt(model, ['latency', delay]) as DistributionParameters | undefined;
    if (parameters !== undefined) {
      findings.push(...distributionFindings([...path, 'latency', delay], parameters, sound));
    }
  }
  findings.push(...errorShareFindings([...path, 'errors'], model, sound));
  return [...findings, ...batchingFindings([...path, 'latency', 'batching'], model, sound)];
}

/**
 * Expects the merged configuration with its defaults and what the schema found wrong with it; the parts that were found
 * wrong may have any shape.
 */
export function crossFindings(configuration: Configuration, known: readonly Finding[]): Finding[] {
  const sound = soundness(known);
  const models = isPlainObject(configuration.providers) ? Object.entries(configuration.providers) : [];
  return [
    ...portFindings(configuration, sound),
    ...addressFindings(configuration, sound),
    ...endpointFindings(configuration, sound),
    ...redisFindings(configuration, sound),
    ...models.filter(([, model]) => isPlainObject(model)).flatMap(([name, model]) => modelFindings(name, model, sound)),
    ...replyFindings(configuration, sound),
    ...faultFindings(configuration, sound),
    ...scenarioFindings(configuration, sound),
    ...rateLimitFindings(configuration, sound),
    ...sessionFindings(configuration, sound),
    ...transportFindings(configuration, sound),
  ];
}
