/** Answers that the main thread gives itself, as JSON. */
import type { Exchange, HeaderPairs } from '../transport/contract.js';

const JSON_TYPE: HeaderPairs = ['content-type', 'application/json'];

/** @param headers are sent besides the content type */
export function respondJson(exchange: Exchange, status: number, document: object, headers: HeaderPairs = []): void {
  exchange.respond(status, [...JSON_TYPE, ...headers], Buffer.from(JSON.stringify(document)));
}

/** Answers with what the promise gives, or with a 500 that says why it gave nothing. */
export function respondJsonSoon(exchange: Exchange, document: Promise<object>): void {
  document.then(
    (value) => respondJson(exchange, 200, value),
    (cause: Error) => respondJson(exchange, 500, { status: 'error', message: cause.message }),
  );
}
