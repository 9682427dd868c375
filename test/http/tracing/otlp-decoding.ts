/**
 * Reads what an OTLP exporter sent, by the field numbers of the published opentelemetry/proto/collector/trace/v1/trace_service.proto and
 * opentelemetry/proto/trace/v1/trace.proto, version 1.7: a reader of its own, so that a test sees what a collector would see.
 */

export type Attributes = { readonly [name: string]: unknown };

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly name: string;
  /** 2 is SERVER. */
  readonly kind: number;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly attributes: Attributes;
  readonly events: readonly { readonly name: string; readonly atNs: bigint; readonly attributes: Attributes }[];
  /** 0 is unset, 2 is ERROR. */
  readonly status: number;
  readonly flags: number;
  readonly resource: Attributes;
  readonly scope: { readonly name: string; readonly version: string };
}

/** A message's fields by number, each as often as it came: bytes, or a number. */
type Fields = ReadonlyMap<number, readonly (Buffer | bigint)[]>;

export function decodeExport(message: Buffer): ReceivedSpan[] {
  return messages(fieldsOf(message), 1).flatMap((resourceSpans) => {
    const [own] = messages(resourceSpans, 1);
    const resource = attributesIn(own, 1);
    return messages(resourceSpans, 2).flatMap((scopeSpans) => {
      const [scope] = messages(scopeSpans, 1);
      const named = { name: textIn(scope, 1), version: textIn(scope, 2) };
      return messages(scopeSpans, 2).map((span) => spanOf(span, resource, named));
    });
  });
}

function spanOf(span: Fields, resource: Attributes, scope: ReceivedSpan['scope']): ReceivedSpan {
  return {
    traceId: bytesIn(span, 1).toString('hex'),
    spanId: bytesIn(span, 2).toString('hex'),
    traceState: textIn(span, 3),
    parentSpanId: bytesIn(span, 4).toString('hex'),
    name: textIn(span, 5),
    kind: Number(numberIn(span, 6)),
    startNs: numberIn(span, 7),
    endNs: numberIn(span, 8),
    attributes: attributesIn(span, 9),
    events: messages(span, 11).map((event) => ({
      atNs: numberIn(event, 1),
      name: textIn(event, 2),
      attributes: attributesIn(event, 3),
    })),
    status: messages(span, 15).map((status) => Number(numberIn(status, 3)))[0] ?? 0,
    flags: Number(numberIn(span, 16)),
    resource,
    scope,
  };
}

function attributesIn(fields: Fields, number: number): Attributes {
  const pairs = messages(fields, number).map((pair) => [textIn(pair, 1), anyValue(messages(pair, 2)[0])] as const);
  return Object.fromEntries(pairs);
}

function anyValue(value: Fields | undefined): unknown {
  if (value === undefined) return undefined;
  if (value.has(1)) return textIn(value, 1);
  if (value.has(2)) return numberIn(value, 2) === 1n;
  if (value.has(3)) return Number(BigInt.asIntN(64, numberIn(value, 3)));
  if (value.has(4)) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(numberIn(value, 4));
    return bytes.readDoubleLE();
  }
  if (value.has(5)) return messages(messages(value, 5)[0], 1).map(anyValue);
  return undefined;
}

function messages(fields: Fields, number: number): Fields[] {
  return (fields.get(number) ?? []).map((bytes) => fieldsOf(bytes as Buffer));
}

const bytesIn = (fields: Fields, number: number): Buffer => (fields.get(number)?.at(-1) as Buffer) ?? Buffer.alloc(0);
const textIn = (fields: Fields, number: number): string => bytesIn(fields, number).toString();
const numberIn = (fields: Fields, number: number): bigint => (fields.get(number)?.at(-1) as bigint) ?? 0n;

/** Reads the wire format of one message. */
function fieldsOf(message: Buffer): Fields {
  const fields = new Map<number, (Buffer | bigint)[]>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++];
      if (byte === undefined) throw new RangeError('a message ends within a number');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (bytes: number): Buffer => {
    at += bytes;
    if (at > message.length) throw new RangeError('a message ends within a field');
    return message.subarray(at - bytes, at);
  };
  const valueAs = (wireType: number): Buffer | bigint => {
    if (wireType === 0) return varint();
    if (wireType === 1) return take(8).readBigUInt64LE();
    if (wireType === 2) return take(Number(varint()));
    if (wireType === 5) return BigInt(take(4).readUInt32LE());
    throw new RangeError(`wire type ${wireType}`);
  };
  while (at < message.length) {
    const tag = Number(varint());
    const values = fields.get(tag >> 3) ?? [];
    values.push(valueAs(tag & 7));
    fields.set(tag >> 3, values);
  }
  return fields;
}
