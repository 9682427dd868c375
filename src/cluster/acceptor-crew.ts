/**
 * The acceptors of a node as its primary has them: who there is, how far each has come, and what the primary does for it.
 *
 *   added ──served──▶ started ──▶ serving          gone at any moment: remove()
 *
 * Invariant: no two that are served have the same place; one that comes takes the lowest that is free.
 */
import type { AcceptorHandle } from './acceptor-handle.js';
import type { AskedAcceptor } from './acceptor-polls.js';
import type { AcceptorService } from './acceptor-service.js';
import type { ToAcceptor } from './messages.js';

export class AcceptorCrew {
  /** Undefined for one that is not served yet. */
  readonly #services = new Map<AcceptorHandle, AcceptorService | undefined>();

  /** One that is only forked: it is ended with the others. */
  add(acceptor: AcceptorHandle): void {
    this.#services.set(acceptor, undefined);
  }

  /** @param create what the primary does for it, given its place */
  serve(acceptor: AcceptorHandle, create: (place: number) => AcceptorService): AcceptorService {
    const service = create(this.#freePlace());
    this.#services.set(acceptor, service);
    return service;
  }

  /** It has ended. */
  remove(acceptor: AcceptorHandle): void {
    this.#services.delete(acceptor);
  }

  /** Those that have been told what to serve. */
  get started(): AcceptorHandle[] {
    return this.#all.filter((acceptor) => acceptor.started);
  }

  get serving(): AcceptorHandle[] {
    return this.#all.filter((acceptor) => acceptor.readyMs > 0);
  }

  /** Those that serve, with their places. */
  get askable(): AskedAcceptor[] {
    const served: AskedAcceptor[] = [];
    for (const [acceptor, service] of this.#services)
      if (service !== undefined && acceptor.readyMs > 0) served.push({ acceptor, place: service.place });
    return served;
  }

  /** Tells those that have been told what to serve. One that has not may be frozen unnoticed, and what it does not read piles up here. */
  send(message: ToAcceptor): void {
    for (const acceptor of this.started) acceptor.send(message);
  }

  /** Has those that serve do so as lame ducks, and ends the others. */
  startLameDuck(): void {
    this.#leave({ kind: 'lame_duck' });
  }

  /** Has those that serve finish what is open, and ends the others. */
  drain(timeoutMs: number, isGentle: boolean): void {
    this.#leave({ kind: 'drain', timeoutMs, isGentle });
  }

  kill(): void {
    for (const acceptor of this.#all) acceptor.kill();
  }

  /** Resolves when all that there are now have ended. */
  async gone(): Promise<void> {
    await Promise.all(this.#all.map((acceptor) => acceptor.exited));
  }

  #leave(message: ToAcceptor): void {
    for (const acceptor of this.#all) {
      if (acceptor.readyMs > 0) acceptor.send(message);
      else acceptor.kill();
    }
  }

  get #all(): AcceptorHandle[] {
    return [...this.#services.keys()];
  }

  #freePlace(): number {
    const taken = new Set([...this.#services.values()].map((service) => service?.place));
    let place = 0;
    while (taken.has(place)) place++;
    return place;
  }
}
