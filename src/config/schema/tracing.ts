/** The `telemetry.tracing` section: which requests are traced, and how their spans leave. */
import type { JsonSchema } from '../../kernel/json-schema.js';

export const tracingSchema = {
  type: 'object',
  description:
    'OpenTelemetry traces, a span per traced request: see docs/tracing.md. No variable that begins with OTEL_ changes anything here.',
  additionalProperties: false,
  default: {},
  properties: {
    enabled: {
      type: 'boolean',
      default: false,
      description:
        'Whether traces are exported. The original reference says true; the default is false because no collector listens on a fresh machine.',
    },
    otlp_endpoint: {
      type: 'string',
      minLength: 1,
      maxLength: 2_048,
      default: 'http://localhost:4317',
      description:
        'Where traces go: the URL of an OTLP collector. Collectors listen on port 4317 for grpc, and on 4318 for http/protobuf, where /v1/traces is appended unless the URL ends with it.',
    },
    otlp_protocol: {
      type: 'string',
      enum: ['grpc', 'http/protobuf'],
      default: 'grpc',
      description: 'How traces are sent.',
    },
    headers: {
      type: 'object',
      maxProperties: 32,
      propertyNames: {
        type: 'string',
        pattern: '^[0-9a-z_.-]{1,128}$',
        title: 'the name of a header in lower case',
      },
      additionalProperties: {
        type: 'string',
        maxLength: 4_096,
        pattern: '^[\\x20-\\x7e]*$',
        title: 'visible ASCII characters',
        'x-secret': true,
      },
      default: {},
      description: 'Sent with every export, for grpc as metadata: the key that a collector asks for, for instance.',
    },
    service_name: {
      type: 'string',
      minLength: 1,
      maxLength: 256,
      default: 'llm-simulator',
      description: 'The attribute service.name of all spans.',
    },
    resource_attributes: {
      type: 'object',
      maxProperties: 64,
      propertyNames: { type: 'string', pattern: '^[0-9A-Za-z_.-]{1,256}$', title: "an attribute's name" },
      additionalProperties: { type: 'string', maxLength: 1_024 },
      default: {},
      description: 'Further attributes of all spans, such as deployment.environment.name.',
    },
    sample_rate: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      default: 0.1,
      description:
        'Share of requests that are traced, of those that belong to no trace yet: one with a valid traceparent is traced if its caller is.',
    },
    export_timeout_secs: {
      type: 'number',
      minimum: 0.1,
      maximum: 60,
      default: 10,
      description: 'How long an export may take with all its retries before its spans are given up.',
      'x-unit': 's',
    },
  },
} as const satisfies JsonSchema;
