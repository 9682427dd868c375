/** Measures one stage once: a fresh server and a fresh client, both stopped in any case. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ClientProcess } from '../streams/client-process.js';
import { processTree } from '../streams/process-usage.js';
import { startConfigured } from '../streams/servers.js';
import type { ClientPlan, FromClient, RequestTemplate, ToClient } from './client-messages.js';
import { DisturbanceMonitor } from './disturbances.js';
import { modelRequest } from './model-requests.js';
import type { PlannedReply } from './planned-delays.js';
import type { Recording } from './samples.js';
import type { ServerConfiguration } from './server-configuration.js';
import type { Stage, VerifiedModel } from './stage.js';

export interface StageRecording extends Recording {
  readonly transport: string;
  /** From the first request to the last reply. */
  readonly seconds: number;
  /** Kinds of broken replies with their numbers. */
  readonly defects: { readonly [kind: string]: number };
}

/** @param folder takes the configuration and the recording for the moment */
export async function measureStage(
  stage: Stage,
  configuration: ServerConfiguration,
  planned: readonly PlannedReply[],
  folder: string,
): Promise<StageRecording> {
  const server = await startConfigured(configuration, folder);
  const client = new ClientProcess<ToClient, FromClient>(join(import.meta.dirname, 'timing-client.ts'));
  let monitor: DisturbanceMonitor | undefined;
  try {
    await client.hear('loaded');
    const file = join(folder, 'recording');
    client.tell({ kind: 'run', plan: clientPlan(stage, server.port, file) });
    await client.hear('connected');
    monitor = new DisturbanceMonitor([...processTree(server.pid), client.pid]);
    const startMs = performance.now();
    const { defects } = await client.hear('finished', longestStreamMs(stage, planned));
    const seconds = (performance.now() - startMs) / 1_000;
    const bytes = readFileSync(file);
    rmSync(file);
    const rows = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    return { stage, rows, planned, disturbances: monitor.stop(), transport: server.transport, seconds, defects };
  } finally {
    monitor?.stop();
    await Promise.all([client.stop(), server.stop()]);
  }
}

/** How long the stage takes when nothing is late, ms. */
export function longestStreamMs(stage: Stage, planned: readonly PlannedReply[]): number {
  let longestMs = 0;
  for (let first = 0; first < planned.length; first += stage.requestsPerStream) {
    const replies = planned.slice(first, first + stage.requestsPerStream);
    longestMs = Math.max(
      longestMs,
      replies.reduce((sum, { dueMs }) => sum + (dueMs.at(-1) ?? 0), 0),
    );
  }
  return stage.rampMs + longestMs;
}

function clientPlan(stage: Stage, port: number, file: string): ClientPlan {
  const { name, streams, requestsPerStream, tokens, rampMs, models } = stage;
  const templates = models.map((model) => requestTemplate(model, tokens));
  return { port, stage: name, streams, requestsPerStream, tokens, rampMs, templates, file };
}

function requestTemplate(model: VerifiedModel, tokens: number): RequestTemplate {
  const { path, query, headers, body, tokenMarker } = modelRequest(model, tokens);
  const lines = Object.entries({ host: '127.0.0.1', ...headers, 'content-length': String(Buffer.byteLength(body)) });
  const target = query === '' ? path : `${path}?${query}`;
  const head = `POST ${target} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}`;
  return { head, body, tokenMarker };
}
