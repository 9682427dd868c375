/** A simulator that sends its spans to a receiver, for the tests of one describe block. */
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { type Simulator, startSimulator } from '../../../src/index.js';
import { type Protocol, type Receiver, startReceiver } from './otlp-receiver.js';

export interface Traced {
  readonly simulator: Simulator;
  readonly receiver: Receiver;
}

/** The receiver's part of a configuration. */
export function tracingTo({ endpoint, protocol }: Receiver, more: object = {}): object {
  return { enabled: true, otlp_endpoint: endpoint, otlp_protocol: protocol, sample_rate: 1, ...more };
}

/** @param config besides telemetry.tracing @param tracing what else that says */
export function tracedSimulator(protocol: Protocol, config: object, tracing: object = {}): () => Traced {
  let traced: Traced | undefined;
  before(async () => {
    const receiver = await startReceiver(protocol);
    const telemetry = { tracing: tracingTo(receiver, tracing) };
    traced = { receiver, simulator: await startSimulator({ config: { ...config, telemetry }, seed: 42 }) };
  });
  after(async () => {
    await traced?.simulator.stop();
    await traced?.receiver.close();
  });
  return () => {
    assert.ok(traced !== undefined);
    return traced;
  };
}

/** A caller's span, as hexadecimal digits, and the headers that tell of it. */
export function callerSpan(number: number, isSampled = true): { traceId: string; spanId: string; traceparent: string } {
  const traceId = `0af7651916cd43dd8448eb21${number.toString(16).padStart(8, '0')}`;
  const spanId = `b7ad6b71${number.toString(16).padStart(8, '0')}`;
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}` };
}
