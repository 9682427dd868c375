/**
 * What no schema can say: keys that must agree with each other, addresses, and the distributions' own checks. A check is
 * skipped where one of its keys has already been found wrong, so that one mistake is reported once.
 */
import { isIP } from 'node:net';
import { batchingFindings } from './batching-checks.js';
import { distributionFindings, lengthFindings } from './distribution-checks.js';
import { isPlainObject } from './plain-data.js';
import type { Finding, Path } from './problems.js';
import { replyFindings } from './reply-checks.js';
import type { Configuration, ModelConfiguration } from './schema/configuration.js';
import { type Sound, soundness } from './soundness.js';

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
  const path = ['admin', 'allowed_ips'];
  if (!sound(path)) return [];
  return configuration.admin.allowed_ips.flatMap((value, index): Finding[] =>
    isAddressBlock(value)
      ? []
      : [{ path: [...path, String(index)], part: 'value', value, message: 'must be an IP address or CIDR block' }],
  );
}

function endpointFindings(configuration: Configuration, sound: Sound): Finding[] {
  const path = ['telemetry', 'tracing', 'otlp_endpoint'];
  if (!sound(path)) return [];
  const value = configuration.telemetry.tracing.otlp_endpoint;
  if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return [];
  return [{ path, part: 'value', value, message: 'must be a URL that starts with http:// or https://' }];
}

function tokenFindings(path: Path, model: ModelConfiguration, sound: Sound): Finding[] {
  const findings: Finding[] = [];
  const lengthPath = [...path, 'output_tokens'];
  if (sound(lengthPath)) findings.push(...lengthFindings(lengthPath, model.output_tokens));
  const reasoningPath = [...path, 'reasoning'];
  if (sound(reasoningPath)) findings.push(...lengthFindings([...reasoningPath, 'tokens'], model.reasoning.tokens));
  const chunkPath = [...path, 'latency', 'tokens_per_chunk'];
  if (sound(chunkPath)) findings.push(...lengthFindings(chunkPath, model.latency.tokens_per_chunk));
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
    const delayPath = [...path, 'latency', delay];
    if (sound(delayPath)) findings.push(...distributionFindings(delayPath, model.latency[delay]));
  }
  const batchingPath = [...path, 'latency', 'batching'];
  if (sound(batchingPath)) findings.push(...batchingFindings(batchingPath, model.latency.batching));
  return findings;
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
    ...models.filter(([, model]) => isPlainObject(model)).flatMap(([name, model]) => modelFindings(name, model, sound)),
    ...replyFindings(configuration, sound),
  ];
}
