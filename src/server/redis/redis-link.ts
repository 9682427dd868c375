/**
 * A node's connection to Redis. Kept open, and opened again when it is lost:
 *
 *   open() ─▶ connecting ──answers a PING──▶ ready ──a command too late, connection lost──▶ lost ──pause──▶ connecting
 *                  └──refused, too late──▶ lost
 *
 * Invariants: a command waits for Redis no longer than its time limit, and not at all while there is no connection: what it would have given
 * is decided by whoever asked (state.redis.on_failure). A command is sent once: one that failed may have been carried out all the same.
 * Each loss and each recovery is said once, and so is it when a Redis that is there does not carry out what it is asked: it is full, it is a
 * replica, it does not let this user.
 */
import { createHash } from 'node:crypto';
import type { Logger } from '../../telemetry/logging.js';

/** Why there is no answer: Redis cannot be reached, or said no. */
export class RedisUnavailable extends Error {
  /** It has answered, and said no. */
  readonly isRefusal: boolean;

  constructor(message: string, isRefusal = false) {
    super(message);
    this.name = 'RedisUnavailable';
    this.isRefusal = isRefusal;
  }
}

/** A script that Redis runs as one step. */
export interface RedisScript {
  readonly text: string;
  readonly digest: string;
}

export function redisScript(text: string): RedisScript {
  return { text, digest: createHash('sha1').update(text).digest('hex') };
}

export interface RedisLinkOptions {
  readonly url: string;
  readonly connectTimeoutMs: number;
  readonly commandTimeoutMs: number;
  readonly logger: Logger;
  /** What the log says is done meanwhile. */
  readonly onFailure: 'open' | 'closed';
}

type Package = typeof import('@redis/client');
type Client = ReturnType<Package['createClient']>;

const PAUSE_FIRST_MS = 100;
const PAUSE_MAX_MS = 5_000;
/** How often an idle connection is tried, so that a loss is noticed before a request needs it. */
const PROBE_INTERVAL_MS = 1_000;
/** It is obeying again when something succeeds after so long without a refusal: a full Redis refuses to write and goes on to read. */
const REFUSAL_MS = 5_000;

export class RedisLink {
  readonly #options: RedisLinkOptions;
  #package: Package | undefined;
  #client: Client | undefined;
  #ready = false;
  #closed = false;
  #pauseMs = PAUSE_FIRST_MS;
  #pause: NodeJS.Timeout | undefined;
  #probe: NodeJS.Timeout | undefined;
  #lostAtMs: number | undefined;
  /** When it refused last; undefined where it does what it is asked. */
  #refusedAtMs: number | undefined;

  constructor(options: RedisLinkOptions) {
    this.#options = options;
  }

  get reachable(): boolean {
    return this.#ready;
  }

  /** Whether it is reached and does what it is asked. */
  get works(): boolean {
    return this.#ready && this.#refusedAtMs === undefined;
  }

  /** Resolves when the first attempt has succeeded or failed; after a failure it goes on by itself. */
  async open(): Promise<void> {
    await this.#connect();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#pause);
    this.#drop();
  }

  /**
   * Runs the script in one step.
   * @returns what the script returns: a text, a number, null, or a list of these
   * @throws RedisUnavailable
   */
  async run(script: RedisScript, keys: readonly string[], values: readonly string[]): Promise<unknown> {
    const operands = [String(keys.length), ...keys, ...values];
    try {
      const result = await this.command(['EVALSHA', script.digest, ...operands]).catch((error: RedisUnavailable) => {
        if (!error.message.startsWith('NOSCRIPT')) throw error;
        return this.command(['EVAL', script.text, ...operands]);
      });
      if (this.#refusedAtMs !== undefined) this.#onObeyed(this.#refusedAtMs);
      return result;
    } catch (error) {
      if (error instanceof RedisUnavailable && error.isRefusal) this.#onRefused(error.message);
      throw error;
    }
  }

  /** Sends one command. @throws RedisUnavailable */
  async command(words: readonly string[]): Promise<unknown> {
    const client = this.#client;
    if (client === undefined || !this.#ready) throw new RedisUnavailable('there is no connection to Redis');
    const { commandTimeoutMs } = this.#options;
    try {
      return await within(commandTimeoutMs, client.sendCommand(words));
    } catch (cause) {
      const { message } = cause as Error;
      // An answer that says no leaves the connection as it is: everything else has it opened anew.
      const isRefusal = this.#package !== undefined && cause instanceof this.#package.ErrorReply;
      if (!isRefusal) this.#lose(client, message);
      throw new RedisUnavailable(message, isRefusal);
    }
  }

  async #connect(): Promise<void> {
    const { connectTimeoutMs } = this.#options;
    // Loaded only where it is used: it costs a start 150 ms and 10 MB.
    this.#package ??= await import('@redis/client');
    if (this.#closed) return;
    const client = this.#createClient(this.#package);
    this.#client = client;
    try {
      await within(
        connectTimeoutMs,
        client.connect().then(() => client.sendCommand(['PING'])),
      );
    } catch (cause) {
      this.#lose(client, (cause as Error).message);
      return;
    }
    if (this.#client === client) this.#onReady();
  }

  /** One that gives up where its connection is lost: when to try again is decided here. */
  #createClient({ createClient }: Package): Client {
    const { connectTimeoutMs: connectTimeout, url } = this.#options;
    const client = createClient({
      url,
      RESP: 2,
      disableOfflineQueue: true,
      disableClientInfo: true,
      maintNotifications: 'disabled',
      socket: { connectTimeout, reconnectStrategy: false },
    }) as unknown as Client;
    client.on('error', ({ message }: Error) => {
      if (this.#ready) this.#lose(client, message);
    });
    return client;
  }

  #onReady(): void {
    this.#ready = true;
    this.#pauseMs = PAUSE_FIRST_MS;
    this.#probe = setInterval(() => void this.command(['PING']).catch(() => {}), PROBE_INTERVAL_MS).unref();
    if (this.#lostAtMs !== undefined) {
      const lostMs = Math.round(performance.now() - this.#lostAtMs);
      this.#lostAtMs = undefined;
      this.#options.logger.info({ lost_ms: lostMs }, 'Redis is back');
    }
  }

  #onRefused(cause: string): void {
    const { logger, onFailure } = this.#options;
    if (this.#refusedAtMs === undefined)
      logger.warn({ cause, on_failure: onFailure }, 'Redis does not do what it is asked');
    this.#refusedAtMs = performance.now();
  }

  #onObeyed(refusedAtMs: number): void {
    if (performance.now() - refusedAtMs < REFUSAL_MS) return;
    this.#refusedAtMs = undefined;
    this.#options.logger.info({}, 'Redis does what it is asked again');
  }

  /** The client is of no use any more: after a pause another is tried. */
  #lose(client: Client, cause: string): void {
    if (this.#closed || this.#client !== client) return;
    const { logger, onFailure } = this.#options;
    this.#drop();
    if (this.#lostAtMs === undefined) {
      this.#lostAtMs = performance.now();
      logger.warn({ cause, on_failure: onFailure }, 'Redis cannot be reached');
    }
    this.#pause = setTimeout(() => void this.#connect(), this.#pauseMs).unref();
    this.#pauseMs = Math.min(PAUSE_MAX_MS, this.#pauseMs * 2);
  }

  #drop(): void {
    clearInterval(this.#probe);
    this.#ready = false;
    const client = this.#client;
    this.#client = undefined;
    if (client?.isOpen) client.destroy();
  }
}

/** @throws Error when the work takes longer */
async function within<Result>(timeoutMs: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
