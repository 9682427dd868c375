/** Answers that the main thread gives itself, as JSON. */
import type { Exchange, HeaderPairs } from '../transport/contract.js';

const JSON_TYPE: HeaderPairs = ['content-type', 'application/json'];

/** @param headers are sent besides the content type */
export function respondJson(exchange: Exchange, status: number, document: object, headers: HeaderPairs = []): void {
  exchange.respond(status, [...JSON_TYPE, ...headers], Buffer.from(JSON.stringify(document)));
}

/** Has `answer` answer with what the promise gives; where it gives nothing, a 503 says why. */
export function respondSoon<Value>(exchange: Exchange, soon: Promise<Value>, answer: (value: Value) => void): void {
  soon.then(answer, (cause: Error) => respondJson(exchange, 503, { status: 'error', message: cause.message }));
}
