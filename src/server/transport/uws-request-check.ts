/**
 * What uWebSockets.js lets through and must not be served, and what it does not tell of a request: it places the end of a body by its own
 * rules, knows no methods, looks at no Host, and reads neither the trailers behind a body in chunks nor what stands between the chunks, so
 * that a connection that carried one must not be trusted with another request.
 *
 * One object serves all requests of a transport, one after the other: what inspect() found holds until it is called again.
 */
import type { HeaderPairs, RequestProblem } from './contract.js';
import { asksToClose, codingRefusal, isHost, isKnownMethod, isTargetText } from './request-check.js';
import type { RequestLine } from './uws-exchange.js';

export class UwsRequestCheck {
  /** The connection ends with the answer. */
  closes = false;
  problem: RequestProblem | undefined;
  private hosts = 0;
  private lengths = 0;
  private codings = 0;
  private status: number | undefined;

  /** @returns the status to refuse the request with, or undefined */
  inspect(line: RequestLine, headers: HeaderPairs): number | undefined {
    this.closes = false;
    this.problem = undefined;
    this.hosts = 0;
    this.lengths = 0;
    this.codings = 0;
    this.status = undefined;
    for (let at = 0; at < headers.length; at += 2) this.see(headers[at]!, headers[at + 1]!);
    if (!isKnownMethod(line.method) || !isTargetText(line.path) || !isTargetText(line.query)) return 400;
    if (this.hosts !== 1 || this.lengths + this.codings > 1) return 400;
    // The library hides what comes behind a field without a name: a POST that seems to have no body may have one.
    if (this.lengths + this.codings === 0 && line.method === 'POST') this.closes = true;
    return this.status;
  }

  /** By the name's length first: most headers are none of these. */
  private see(name: string, value: string): void {
    switch (name.length) {
      case 4:
        if (name === 'host') this.seeHost(value);
        break;
      case 6:
        if (name === 'expect' && value.toLowerCase() !== '100-continue') this.problem = 'unknown_expectation';
        break;
      case 10:
        if (name === 'connection' && asksToClose(value)) this.closes = true;
        break;
      case 14:
        if (name === 'content-length') this.seeLength(value);
        break;
      case 17:
        if (name === 'transfer-encoding') this.seeCoding(value);
        break;
    }
  }

  private seeHost(value: string): void {
    this.hosts++;
    if (!isHost(value)) this.status = 400;
  }

  private seeLength(value: string): void {
    this.lengths++;
    if (!/^\d+$/.test(value)) this.status = 400;
  }

  private seeCoding(value: string): void {
    this.codings++;
    this.closes = true;
    this.status ??= codingRefusal(value);
  }
}
