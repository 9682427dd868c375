/**
 * How replies begin and end: a stream's status and headers, a reply in one piece, the ending that a plan asks for, and the closing of the
 * books with it. What lies between is the pacer's.
 */
import type { FrameFeed } from '../../runtime/frame-feed.js';
import { ENDING_COMPLETE, ENDING_RESET } from '../../runtime/plan-delivery.js';
import { NO_STATUS, PLAN_STREAM, PLAN_WHOLE } from '../../runtime/plan-layout.js';
import {
  planAnnouncedBytes,
  planEndHoldUs,
  planEnding,
  planHeaders,
  planKind,
  planStatus,
} from '../../runtime/plan-reader.js';
import { setPlanKind } from '../../runtime/response-plan.js';
import type { StreamTable } from '../../runtime/stream-table.js';
import type { AddedHeaders } from '../middleware/added-headers.js';
import type { RequestLedger } from '../request-ledger.js';
import type { Exchange } from '../transport/contract.js';

export interface ReplyBoundsParts {
  readonly table: StreamTable<Exchange>;
  readonly ledger: RequestLedger;
  readonly addedHeaders: AddedHeaders;
}

export class ReplyBounds {
  readonly #table: StreamTable<Exchange>;
  readonly #ledger: RequestLedger;
  readonly #addedHeaders: AddedHeaders;
  readonly #feed: FrameFeed;
  #lastContentType = '';

  constructor({ table, ledger, addedHeaders }: ReplyBoundsParts, feed: FrameFeed) {
    this.#table = table;
    this.#ledger = ledger;
    this.#addedHeaders = addedHeaders;
    this.#feed = feed;
  }

  /** A stream's status and headers go out. To HEAD that is all, and its request ends with it. @param plan with the headers */
  startStream(slot: number, exchange: Exchange, plan: Buffer): void {
    const headers = planHeaders(plan);
    this.#table.contentType[slot] = this.#sameContentType(headers[headers.indexOf('content-type') + 1]);
    this.#addedHeaders.begin(exchange);
    this.#ledger.streamBegun(slot);
    exchange.startStream(planStatus(plan), headers, planAnnouncedBytes(plan));
    if (exchange.method === 'HEAD' && this.#table.exchange[slot] === exchange) this.#end(slot, exchange);
  }

  /** The first frame is due of a reply that begins with it. Returns whether there is a stream to go on with. */
  open(slot: number, exchange: Exchange): boolean {
    const plan = this.#planOf(slot);
    if (planKind(plan) === PLAN_WHOLE) {
      this.#respond(slot, plan, exchange);
      return false;
    }
    if (planStatus(plan) === NO_STATUS) return true;
    // From here on it is a stream like any other.
    setPlanKind(plan, PLAN_STREAM);
    this.startStream(slot, exchange, plan);
    return this.#table.exchange[slot] === exchange;
  }

  /** All frames are sent. Returns for how long the ending is held back, µs; 0 when the reply has ended. */
  finish(slot: number, exchange: Exchange): number {
    const plan = this.#planOf(slot);
    if (planEnding(plan) !== ENDING_COMPLETE) {
      const holdUs = planEndHoldUs(plan);
      if (holdUs === 0) this.breakOff(slot, exchange);
      return holdUs;
    }
    this.#end(slot, exchange);
    return 0;
  }

  /** As it was planned: for the books a reply that breaks off has been given. */
  breakOff(slot: number, exchange: Exchange): void {
    exchange.abort(planEnding(this.#planOf(slot)) === ENDING_RESET ? 'reset' : 'close');
    this.#ledger.close(slot, 'finished');
  }

  /** The end of a stream may find the connection closed, which ends the request. */
  #end(slot: number, exchange: Exchange): void {
    exchange.endStream();
    if (this.#table.exchange[slot] === exchange) this.#ledger.close(slot, 'finished');
  }

  #respond(slot: number, plan: Buffer, exchange: Exchange): void {
    this.#feed.read(slot);
    this.#addedHeaders.begin(exchange);
    exchange.respond(planStatus(plan), planHeaders(plan), this.#feed.payload(slot));
    if (this.#table.exchange[slot] === exchange) this.#ledger.close(slot, 'finished');
  }

  /** One string for all streams with the same content type, of which there are thousands. */
  #sameContentType(contentType: string): string {
    if (contentType !== this.#lastContentType) this.#lastContentType = contentType;
    return this.#lastContentType;
  }

  #planOf(slot: number): Buffer {
    return this.#table.plans.of(slot) as Buffer;
  }
}
