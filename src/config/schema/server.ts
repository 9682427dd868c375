/** The `server` section: sockets, processes, and the limits that hold before a request is looked at. */
import type { JsonSchema } from '../../kernel/json-schema.js';
import { KEY_PATTERN } from './admin.js';
import { tlsSchema } from './tls.js';

const corsSchema = {
  type: 'object',
  description: 'Cross-origin requests from browsers.',
  additionalProperties: false,
  default: {},
  properties: {
    enabled: {
      type: 'boolean',
      default: false,
      description:
        'Whether pages of other origins may call the API: preflight requests are answered and replies carry the headers.',
    },
    allowed_origins: {
      type: 'array',
      maxItems: 1_000,
      items: { type: 'string', minLength: 1, maxLength: 512, title: 'an origin such as "https://example.org", or "*"' },
      default: ['*'],
      description: 'Origins that may; "*" stands for every one.',
    },
    max_age_secs: {
      type: 'integer',
      minimum: 0,
      maximum: 86_400,
      default: 600,
      description: 'How long a browser may remember the answer to a preflight request.',
      'x-unit': 's',
    },
  },
} as const satisfies JsonSchema;

const configWatchSchema = {
  type: 'object',
  description: 'Reloading when the configuration file or a certificate changes.',
  additionalProperties: false,
  default: {},
  properties: {
    enabled: {
      type: 'boolean',
      default: false,
      description:
        'Whether a change of the file given by --config, or of those that server.tls names, is taken as soon as it is noticed; `serve --watch` says so too.',
    },
    interval_ms: {
      type: 'integer',
      minimum: 100,
      maximum: 3_600_000,
      default: 1_000,
      description: 'How often the file is looked at. A change is taken when two looks have found the same content.',
      'x-unit': 'ms',
    },
  },
} as const satisfies JsonSchema;

export const serverSchema = {
  type: 'object',
  description: 'Sockets, processes and the limits that hold before a request is looked at.',
  additionalProperties: false,
  default: {},
  properties: {
    host: {
      type: 'string',
      'x-restart': true,
      minLength: 1,
      maxLength: 253,
      default: '0.0.0.0',
      description: 'Address or host name to bind; "::" binds IPv6 and, on most systems, IPv4 as well.',
    },
    port: {
      type: 'integer',
      'x-restart': true,
      minimum: 0,
      maximum: 65_535,
      default: 8080,
      description: 'HTTP port; 0 takes a free one and prints it at the start.',
    },
    workers: {
      type: 'integer',
      'x-restart': true,
      minimum: 0,
      maximum: 256,
      default: 0,
      description:
        'Acceptor processes that share the port. 0 is automatic: one per core, minus one core in eight (rounded up) kept for the worker threads and the primary, at least one. The original reference sets 8; automatic is the default because eight processes on a two-core runner start slowly and waste memory.',
      'x-unit': 'processes',
    },
    threads: {
      type: 'integer',
      'x-restart': true,
      minimum: 1,
      maximum: 16,
      default: 1,
      description:
        'Worker threads per acceptor process, for parsing, tokenising and generating content. One more starts with the first request of more than 64 KB and serves all of those, so that none of usual size waits behind them.',
      'x-unit': 'threads',
    },
    inline_plan_bytes: {
      type: 'integer',
      'x-restart': true,
      minimum: -1,
      maximum: 16_384,
      default: -1,
      description:
        "Whole replies of up to some 500 tokens to request bodies of up to this size are planned on the acceptor's own thread while nothing is paced there, which spares the way to a worker thread and back: a sixth of a short reply's CPU time. Requests with tools are not; one whose reply turns out longer is begun twice, which has most of its endpoint's next ones go to a worker at once. Replies are the same. 0 leaves everything to the worker threads. -1 is automatic: 4096 where worker threads have no cores of their own, which is with fewer than two cores per acceptor process, else 0.",
      'x-unit': 'bytes',
    },
    spare_acceptor: {
      type: 'boolean',
      'x-restart': true,
      default: true,
      description:
        'Whether one more process stands by, loaded and not serving, to take the place of an acceptor that dies: it then serves in about half the time. Takes some 50 MB.',
    },
    frozen_after_secs: {
      type: 'number',
      'x-restart': true,
      minimum: 2,
      maximum: 3_600,
      default: 10,
      description:
        'An acceptor process that says nothing for this long is taken for frozen, killed and replaced; each says something every second.',
      'x-unit': 's',
    },
    transport: {
      type: 'string',
      'x-restart': true,
      enum: ['auto', 'uws', 'node'],
      default: 'auto',
      description:
        'HTTP implementation. auto takes uWebSockets.js where it loads and node:http where it does not; uws refuses to start where it does not load.',
    },
    tls: tlsSchema,
    max_connections: {
      type: 'integer',
      'x-restart': true,
      minimum: 1,
      maximum: 1_000_000,
      default: 10_000,
      description: 'Open connections at a time, over all processes; further ones are refused.',
      'x-unit': 'connections',
    },
    max_connections_per_ip: {
      type: 'integer',
      'x-restart': true,
      minimum: 0,
      maximum: 1_000_000,
      default: 0,
      description:
        "Of those, how many one client address may have; a further one is answered with the provider's 429 and closed. 0 is no limit of its own. Behind a proxy all clients have one address. On uWebSockets.js the connections count that have a request on them.",
      'x-unit': 'connections',
    },
    request_timeout_secs: {
      type: 'number',
      minimum: 0.1,
      maximum: 86_400,
      default: 300,
      description:
        'A request that is not answered within this time gets a 504. A stream begins at once and may go on for as long as its tokens take.',
      'x-unit': 's',
    },
    config_watch: configWatchSchema,
    lame_duck_secs: {
      type: 'number',
      minimum: 0,
      maximum: 3_600,
      default: 5,
      description:
        'After SIGTERM, /ready says 503 for this long while everything is served as ever, so that load balancers notice and send nothing more before the listeners close. Ctrl-C leaves it out.',
      'x-unit': 's',
    },
    shutdown_timeout_secs: {
      type: 'number',
      minimum: 0,
      maximum: 3_600,
      default: 30,
      description: 'After the lame duck, open requests have this long to finish before they are ended.',
      'x-unit': 's',
    },
    api_keys: {
      type: 'array',
      maxItems: 10_000,
      items: {
        type: 'string',
        minLength: 1,
        maxLength: 1_024,
        pattern: KEY_PATTERN,
        'x-secret': true,
        title: 'an API key of 1 to 1024 visible ASCII characters without spaces',
      },
      default: [],
      description:
        "API keys that clients may use, in whichever header their provider's SDK sends them; any other gets the provider's own 401. Empty accepts any key and none. Never shown in messages.",
    },
    cors: corsSchema,
    max_body_bytes: {
      type: 'integer',
      'x-restart': true,
      minimum: 1_024,
      maximum: 268_435_456,
      default: 10_485_760,
      description: 'Largest request body; a larger one gets the provider-shaped 413.',
      'x-unit': 'bytes',
    },
    max_header_bytes: {
      type: 'integer',
      'x-restart': true,
      minimum: 1_024,
      maximum: 1_048_576,
      default: 16_384,
      description: 'Largest request line and headers together.',
      'x-unit': 'bytes',
    },
    keep_alive_timeout_secs: {
      type: 'number',
      'x-restart': true,
      minimum: 1,
      maximum: 3_600,
      default: 65,
      description:
        'An idle connection is closed after this long; keep it above the idle timeout of a load balancer in front.',
      'x-unit': 's',
    },
    receive_timeout_secs: {
      type: 'number',
      'x-restart': true,
      minimum: 0.1,
      maximum: 3_600,
      default: 30,
      description: 'The whole request, headers and body, must arrive within this time.',
      'x-unit': 's',
    },
    stall_limit_secs: {
      type: 'number',
      minimum: 0.1,
      maximum: 3_600,
      default: 30,
      description:
        'A stream is closed when its socket has taken nothing more for this long, because its client reads nothing, or so slowly that the send buffer of the kernel did not empty by a third in that time: with 4 MB of it (net.ipv4.tcp_wmem) and 30 s, less than about 50 KB/s.',
      'x-unit': 's',
    },
  },
} as const satisfies JsonSchema;
