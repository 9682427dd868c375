/**
 * What says to which session a request belongs: found by the worker that renders it, written into its plan, read by the acceptor, booked by
 * the node. A session is a conversation, or whatever else its client names.
 *
 *   header:abc                          the client's own name, by the header that the configuration names
 *   user:u-1                            a field of the request
 *   previous_response_id:resp_sim_…     the first response of a chain
 *   conversation:3f…                    the hash of the first request of a conversation
 */

/** By what a request can be told to belong to a session. */
export const SESSION_KINDS = ['header', 'previous_response_id', 'metadata', 'user', 'conversation'] as const;

export type SessionKind = (typeof SESSION_KINDS)[number];

export interface SessionMark {
  /** The kind, a colon, and the name; of a conversation that began before this request only the book knows it: empty. */
  readonly id: string;
  /** Turns that came before this one without a session being kept of them, and their tokens. */
  readonly priorTurns: number;
  readonly priorTokens: number;
  /** Where the session is told by its conversation: hashes of this request's, and of the one that it goes on with. */
  readonly conversation: { readonly own: string; readonly before: string | undefined } | undefined;
}

/** What the acceptor reports of a request that belongs to a session once the request has ended. */
export interface SessionTurn {
  readonly mark: SessionMark;
  readonly provider: string;
  /** The model of the configuration that answered; null where none did. */
  readonly model: string | null;
  /** Answered whole and without an error. */
  readonly success: boolean;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** A mark by name alone. */
export function namedMark(kind: SessionKind, name: string): SessionMark {
  return { id: `${kind}:${name}`, priorTurns: 0, priorTokens: 0, conversation: undefined };
}

/** The kind and the name of a session's identifier. */
export function partsOfSessionId(id: string): { readonly kind: SessionKind; readonly name: string } {
  const colon = id.indexOf(':');
  return { kind: id.slice(0, colon) as SessionKind, name: id.slice(colon + 1) };
}

/** A mark as a plan holds it: four texts, of which the last two are empty where no conversation tells the session. */
export function textsOfMark({ id, priorTurns, priorTokens, conversation }: SessionMark): string[] {
  return [id, `${priorTurns} ${priorTokens}`, conversation?.own ?? '', conversation?.before ?? ''];
}

export function markOfTexts([id, prior, own, before]: readonly string[]): SessionMark {
  const [priorTurns, priorTokens] = prior.split(' ').map(Number);
  const conversation = own === '' ? undefined : { own, before: before === '' ? undefined : before };
  return { id, priorTurns, priorTokens, conversation };
}
