/**
 * The connections to one target: as many as there are requests at once, each for one request at a time, used again while the server keeps
 * them open. undici's own pool looks for an idle one among all; with thousands that costs more than the request.
 *
 * Invariant: a connection is with one request or among the idle ones, never both.
 */
import { buildConnector, Client } from 'undici';

/** What may lie idle before it is closed; a server that names a shorter time in `keep-alive` is heeded. */
const KEEP_ALIVE_MS = 4_000;
/** Gateways add headers of their own; more than this is an error of the answer. */
const HEADER_BYTES_MAX = 64 * 1024;

export class Connections {
  readonly #origin: string;
  /** One for all, so that TLS sessions are shared. */
  readonly #connect: buildConnector.connector;
  readonly #all = new Set<Client>();
  /** The one that was used last is taken first: the others may close. */
  readonly #idle: Client[] = [];

  /** @param connectTimeoutMs after which an attempt to connect ends by itself */
  constructor(origin: string, connectTimeoutMs: number) {
    this.#origin = origin;
    this.#connect = buildConnector({ timeout: connectTimeoutMs, allowH2: false });
  }

  /** An idle connection, or one that connects when it is first used. */
  take(): Client {
    return this.#idle.pop() ?? this.#create();
  }

  /** Its request is over. It may have lost its socket, and connects again then. */
  give(client: Client): void {
    if (this.#all.has(client)) this.#idle.push(client);
  }

  /** Closes all of them, whatever they do. */
  async destroy(): Promise<void> {
    const clients = [...this.#all];
    this.#all.clear();
    this.#idle.length = 0;
    await Promise.all(clients.map((client) => client.destroy()));
  }

  #create(): Client {
    const client = new Client(this.#origin, {
      connect: this.#connect,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: HEADER_BYTES_MAX,
      // The plan's timeout is of the whole request, and is kept by the exchange.
      headersTimeout: 0,
      bodyTimeout: 0,
      allowH2: false,
    });
    this.#all.add(client);
    return client;
  }
}
