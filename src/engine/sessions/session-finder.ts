/**
 * Finds out to which session a request belongs: by what it says of itself, in the order that simulation.sessions.identify_by gives. Looks at a
 * handful of fields, any of which may be anything; only `conversation`, which is off by default, looks at what was said.
 */

import { hashValue, hexOf } from '../../kernel/content-hash.js';
import { isObject, type JsonObject } from '../../kernel/json-object.js';
import { namedMark, type SessionKind, type SessionMark } from '../../runtime/session-mark.js';
import { conversationMark } from './conversation-mark.js';

/** A longer name keeps its beginning and a hash of the whole. */
const NAME_CHARS_MAX = 128;
const NAME_BEGINNING_CHARS = 64;

/** What a simulation has to know of its request's session. */
export interface RequestSession {
  /** Undefined while it is not known with which chain of responses the request goes on. */
  readonly mark: SessionMark | undefined;
  /** Whether the session's bound on tokens holds for the request. */
  readonly bounded: boolean;
}

export interface SessionSettings {
  readonly enabled: boolean;
  readonly identify_by: readonly SessionKind[];
  readonly header: string;
}

interface Request {
  readonly header: (name: string) => string | undefined;
  /** Parsed; anything that JSON can be. */
  readonly body: unknown;
  /** Whose conversations are nobody else's. */
  readonly owner: string;
}

export class SessionFinder {
  readonly #kinds: readonly SessionKind[];
  readonly #header: string;

  constructor({ enabled, header, identify_by: kinds }: SessionSettings) {
    this.#kinds = enabled ? kinds : [];
    this.#header = header.toLowerCase();
  }

  find(request: Request): RequestSession | undefined {
    for (const kind of this.#kinds) {
      const session = this.#by(kind, request);
      if (session !== undefined) return session;
    }
    return undefined;
  }

  /** The session's name by the client's header, where that is what tells: part of the request's identity. */
  nameByHeader({ header }: Pick<Request, 'header'>): string | undefined {
    return this.#kinds.includes('header') ? header(this.#header) || undefined : undefined;
  }

  #by(kind: SessionKind, request: Request): RequestSession | undefined {
    const body = isObject(request.body) ? request.body : undefined;
    switch (kind) {
      case 'header':
        return named(kind, request.header(this.#header));
      case 'user':
        return named(kind, textOf(body?.user) ?? textOf(body?.safety_identifier));
      case 'metadata':
        return named(kind, nameInMetadata(body?.metadata));
      case 'previous_response_id':
        return textOf(body?.previous_response_id) === undefined ? undefined : { mark: undefined, bounded: true };
      case 'conversation': {
        const mark = body && conversationMark(body, request.owner);
        return mark && { mark, bounded: false };
      }
    }
  }
}

/** A session that goes on with a chain of responses, which its first one names. */
export function chainMark(root: string, priorTurns: number, priorTokens: number): SessionMark {
  return { ...namedMark('previous_response_id', root), priorTurns, priorTokens };
}

function named(kind: SessionKind, name: string | undefined): RequestSession | undefined {
  return name === undefined || name === '' ? undefined : { mark: namedMark(kind, shortened(name)), bounded: true };
}

function nameInMetadata(metadata: unknown): string | undefined {
  if (!isObject(metadata)) return undefined;
  return textOf((metadata as JsonObject).session_id) ?? textOf((metadata as JsonObject).user_id);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function shortened(name: string): string {
  if (name.length <= NAME_CHARS_MAX) return name;
  return `${name.slice(0, NAME_BEGINNING_CHARS)}…${hexOf(hashValue(name))}`;
}
