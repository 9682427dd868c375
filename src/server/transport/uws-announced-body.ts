/**
 * A body of announced length on uWebSockets.js, piece by piece. The library sends status, headers and content-length with the first piece,
 * takes of every piece what the socket takes, and counts the answer as given once it has as many bytes as were announced: its response is
 * dead then. One that ends with fewer or more is closed by whoever wrote it.
 *
 * Invariant: what the socket did not take waits here, in order, and is bounded by one write of the handler, who writes no more meanwhile.
 */
import type { HeaderPairs } from './contract.js';
import type { HttpResponse } from './uws.js';
import type { UwsWriter } from './uws-writer.js';

export interface AnnouncedHead {
  readonly status: number;
  readonly headers: HeaderPairs;
  readonly announcedBytes: number;
}

const NOTHING: Uint8Array = new Uint8Array(0);

export class UwsAnnouncedBody {
  private readonly writer: UwsWriter;
  private readonly announcedBytes: number;
  /** Undefined once it is on its way. */
  private head: AnnouncedHead | undefined;
  private unsent = NOTHING;
  private takenBytes = 0;
  /** The library has as many bytes as were announced. */
  complete = false;

  constructor(writer: UwsWriter, head: AnnouncedHead) {
    this.writer = writer;
    this.head = head;
    this.announcedBytes = head.announcedBytes;
  }

  /** False when something of it waits for the socket to drain. The bytes are the caller's again afterwards. */
  write(response: HttpResponse, bytes: Uint8Array): boolean {
    if (this.complete) return true;
    this.unsent = this.unsent.length === 0 ? bytes : Buffer.concat([this.unsent, bytes]);
    const taken = this.send(response);
    if (!taken) this.unsent = Uint8Array.from(this.unsent);
    return taken;
  }

  /** The socket takes more; false when it did not take all that waits. */
  drain(response: HttpResponse): boolean {
    return this.complete || this.unsent.length === 0 || this.send(response);
  }

  /** Of an answer without a byte so far: sends its headers, as if a body were to come, and closes. False when there is one. */
  closeUnbegun(response: HttpResponse): boolean {
    const { head } = this;
    if (head === undefined) return false;
    this.head = undefined;
    this.writer.respondBodiless(response, head.status, head.headers, head.announcedBytes, true);
    return true;
  }

  private send(response: HttpResponse): boolean {
    const { head } = this;
    this.head = undefined;
    this.complete = this.writer.writeAnnounced(response, head, this.unsent, this.announcedBytes);
    if (this.complete) {
      this.unsent = NOTHING;
      return true;
    }
    const offset = response.getWriteOffset();
    this.unsent = this.unsent.subarray(offset - this.takenBytes);
    this.takenBytes = offset;
    return this.unsent.length === 0;
  }
}
