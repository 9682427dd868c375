/**
 * One suite for both transports: describeTransports() runs it once for each that loads on this machine and says which. What runs
 * is not left to chance in CI: LLM_SIM_TEST_TRANSPORTS (e.g. "node,uws") names the ones that must load.
 */
import { describe, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  type CertificateFiles,
  type Exchange,
  type ListenAddress,
  type RequestHandler,
  TRANSPORT_NAMES,
  type Transport,
  type TransportLimits,
  type TransportOptions,
} from '../../../src/server/transport/contract.js';
import { type SelectedTransport, selectTransport } from '../../../src/server/transport/select.js';
import { RawClient } from './raw-client.js';

export const FRAME_BYTES_MAX = 64 * 1024;

export const availableTransports = await loadTransports(process.env.LLM_SIM_TEST_TRANSPORTS);

async function loadTransports(required = ''): Promise<SelectedTransport[]> {
  const mustLoad = required.split(',').filter((name) => name !== '');
  const unknown = mustLoad.filter((name) => !TRANSPORT_NAMES.some((known) => known === name));
  if (unknown.length > 0) throw new Error(`LLM_SIM_TEST_TRANSPORTS names unknown transports: ${unknown.join(', ')}`);
  const loaded: SelectedTransport[] = [];
  for (const name of TRANSPORT_NAMES) {
    try {
      loaded.push(await selectTransport(name));
    } catch (error) {
      if (mustLoad.includes(name)) throw error;
      console.log(`transport ${name} is not tested: ${(error as Error).message}`);
    }
  }
  console.log(`transports tested: ${loaded.map(({ name }) => name).join(', ')}`);
  return loaded;
}

/** Runs `suite` for every transport that loads. */
export function describeTransports(subject: string, suite: (selected: SelectedTransport) => void): void {
  for (const selected of availableTransports) describe(`${subject} (${selected.name})`, () => suite(selected));
}

/** Self-signed, see fixtures/tls/README.md. */
export function certificateFilesOf(name: 'first' | 'second'): CertificateFiles {
  const file = (ending: string) => fileURLToPath(new URL(`../fixtures/tls/${name}.${ending}`, import.meta.url));
  return { certFile: file('crt'), keyFile: file('key') };
}

/** Speaks TLS whatever it is told. */
interface SecureTransport extends SelectedTransport {
  readonly certificate: CertificateFiles;
}

function secured(selected: SelectedTransport): SecureTransport {
  const certificate = certificateFilesOf('first');
  const { name, reason } = selected;
  return { name, reason, certificate, create: (options) => selected.create({ ...options, certificate }) };
}

/** Runs `suite` for every transport that loads, over TCP and over TLS. */
export function describeSecuredTransports(subject: string, suite: (selected: SelectedTransport) => void): void {
  describeTransports(subject, suite);
  for (const selected of availableTransports)
    describe(`${subject} (${selected.name}, TLS)`, () => suite(secured(selected)));
}

/** Runs `suite` for every transport that loads, over TLS alone. */
export function describeTls(subject: string, suite: (selected: SecureTransport) => void): void {
  for (const selected of availableTransports) describe(`${subject} (${selected.name})`, () => suite(secured(selected)));
}

export interface Served {
  readonly transport: Transport;
  readonly options: TransportOptions;
  readonly address: ListenAddress;
  /** What the handler was told, in order. */
  readonly requests: Exchange[];
  readonly closed: Exchange[];
  /** Connections that were closed without an answer. */
  readonly dropped: number;
  readonly writable: Exchange[];
  connect(host?: string): Promise<RawClient>;
}

export interface ServeOptions {
  readonly onRequest: (exchange: Exchange, transport: Transport) => void;
  readonly onWritable?: (exchange: Exchange) => void;
  readonly limits?: Partial<TransportLimits>;
  readonly host?: string;
}

const LIMITS: TransportLimits = {
  bodyBytesMax: 64 * 1024,
  headerBytesMax: 16 * 1024,
  connectionsMax: 1_000,
  connectionsOfAddressMax: 0,
  requestReceiveTimeoutMs: 30_000,
  keepAliveTimeoutMs: 30_000,
};

/** Starts a transport on a free port; it closes when the test ends. */
export async function serve(t: TestContext, selected: SelectedTransport, options: ServeOptions): Promise<Served> {
  const requests: Exchange[] = [];
  const closed: Exchange[] = [];
  const writable: Exchange[] = [];
  const handler: RequestHandler = {
    onRequest(exchange) {
      requests.push(exchange);
      options.onRequest(exchange, transport);
    },
    onWritable(exchange) {
      writable.push(exchange);
      options.onWritable?.(exchange);
    },
    onClose(exchange) {
      closed.push(exchange);
    },
  };
  let dropped = 0;
  const onDropped = (): void => {
    dropped++;
  };
  const limits = { ...LIMITS, ...options.limits };
  const transportOptions = { limits, handler, frameBytesMax: FRAME_BYTES_MAX, onDropped };
  const transport = selected.create(transportOptions);
  const host = options.host ?? '127.0.0.1';
  const address = await transport.listen({ host, port: 0 });
  t.after(() => transport.close());
  const secure = 'certificate' in selected;
  const connect = (peer?: string) =>
    secure ? RawClient.connectSecurely(address.port, peer) : RawClient.connect(address.port, peer);
  return {
    transport,
    options: transportOptions,
    address,
    requests,
    closed,
    writable,
    connect,
    get dropped() {
      return dropped;
    },
  };
}

/** Answers with a text that repeats what was asked. */
export function echo(exchange: Exchange): void {
  const text = `${exchange.method} ${exchange.path} ${exchange.query} ${exchange.problem ?? 'fine'} ${Buffer.concat(exchange.body).byteLength}`;
  exchange.respond(exchange.problem === undefined ? 200 : 413, ['content-type', 'text/plain'], Buffer.from(text));
}

/** Copies `frame` into the scratch buffer and writes it. */
export function writeFrame(transport: Transport, exchange: Exchange, frame: string | Uint8Array): boolean {
  const bytes = typeof frame === 'string' ? Buffer.from(frame) : frame;
  const start = 16;
  transport.scratch.set(bytes, start);
  return exchange.write(start, start + bytes.byteLength);
}
