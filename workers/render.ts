/**
 * The worker thread's entry: takes requests from its ring, renders them, puts the plans on the other ring. Between requests it heeds what it
 * is told of further generations of the configuration. It blocks in Atomics.wait while there is nothing to do, and returns when the main
 * thread closes the ring.
 */
import { getRandomValues } from 'node:crypto';
import { ownSnapshot, wholeSnapshot } from '../src/config/snapshot-texts.js';
import { loadEncodings } from '../src/engine/create-renderer.js';
import { Renderers } from '../src/engine/renderers.js';
import { RingConsumer, RingProducer } from '../src/runtime/byte-ring.js';
import { gunzipBody } from '../src/runtime/gzip-body.js';
import { OccurrenceCounter } from '../src/runtime/occurrence-counter.js';
import { PLAN_BYTES_MAX } from '../src/runtime/plan-layout.js';
import { RecordReceiver, RecordSender } from '../src/runtime/record-channel.js';
import type { LaneEnds, LaneMessage } from '../src/runtime/render-lane.js';
import { decodeRequest } from '../src/runtime/render-request.js';
import { decodeNotice, isNotice } from '../src/runtime/thread-notice.js';
import { lowerThreadPriority, restBetweenBursts } from '../src/runtime/thread-priority.js';
import type { RenderData } from '../src/server/simulator-options.js';

/** A record is a body and a small head; bodies are bounded where they are received. */
const RECORD_BYTES_MAX = 1024 * 1024 * 1024;
/** sendBlocking waits until its record is in the ring, so nothing else is ever queued behind it. */
const PLAN_AT_A_TIME = { queuedBytesMax: PLAN_BYTES_MAX, queuedRecordsMax: 1 };
/**
 * While further requests lie ready, so many plans, and for so long, may lie in the ring before a main thread that sleeps is woken for them:
 * it costs both threads more than a small request does. Without further requests it is woken at once.
 */
const UNTOLD_PLANS_MAX = 8;
const UNTOLD_MS_MAX = 0.3;
/** How long the thread sleeps before it looks whether the ring was closed: only a lost wake-up would need it. */
const WAIT_MS = 1_000;

export default async function renderRequests(ends: LaneEnds & { data: RenderData }): Promise<void> {
  if (!ends.lowPriority) return serve(ends);
  lowerThreadPriority();
  try {
    await serve(ends);
  } catch (error) {
    ends.port.postMessage(defectOf(error));
  }
  // The pool would give this thread its next task, whatever that is, and the priority cannot be raised again.
  process.exit();
}

async function serve({ requests, replies, port, lowPriority, data }: LaneEnds & { data: RenderData }): Promise<void> {
  const tell = (message: LaneMessage): void => port.postMessage(message);
  const consumer = new RingConsumer(requests);
  const producer = new RingProducer(replies);
  const receiver = new RecordReceiver(consumer, { recordBytesMax: RECORD_BYTES_MAX });
  const sender = new RecordSender(producer, PLAN_AT_A_TIME, { wake: () => tell('wake') });
  const { place, processes, snapshots, transport } = data;
  const occurrences = new OccurrenceCounter(data.occurrences);
  const surroundings = {
    // Every process counts by itself and takes every n-th number, so that no two processes give one request the same number.
    countOccurrence: (hashHigh: number, hashLow: number) => occurrences.next(hashHigh, hashLow) * processes + place,
    fillRandom: (words: Uint32Array) => getRandomValues(words),
    wallClockSecs: () => Math.floor(Date.now() / 1_000),
    transport,
    gunzip: gunzipBody,
    onDefect: (error: unknown) => tell(defectOf(error)),
  };
  const renderers = new Renderers(surroundings, lowPriority ? restBetweenBursts() : undefined);
  for (const texts of snapshots) await renderers.add(wholeSnapshot(texts));
  if (!lowPriority) await hand(snapshots, tell);
  tell('ready');
  let untold = 0;
  let untoldSinceMs = 0;
  for (;;) {
    const record = receiver.receive();
    if (record !== undefined) {
      if (isNotice(record)) {
        sender.announce();
        untold = 0;
        await heed(record, renderers, tell);
        continue;
      }
      const request = decodeRequest(record);
      sender.sendBlocking([renderers.of(request.configurationGeneration).render(request)], false);
      const nowMs = performance.now();
      if (untold++ === 0) untoldSinceMs = nowMs;
      const mayWait = !lowPriority && untold < UNTOLD_PLANS_MAX && nowMs - untoldSinceMs < UNTOLD_MS_MAX;
      if (mayWait && consumer.availableBytes > 0) continue;
      sender.announce();
      untold = 0;
    } else if (consumer.isClosedAndDrained) return;
    else {
      sender.announce();
      untold = 0;
      consumer.waitForBytes(WAIT_MS);
    }
  }
}

/** The main thread can use what is loaded here. */
async function hand(snapshots: RenderData['snapshots'], tell: (message: LaneMessage) => void): Promise<void> {
  const newest = snapshots.at(-1);
  if (newest !== undefined) tell({ loaded: await loadEncodings(ownSnapshot(newest)) });
}

async function heed(record: Uint8Array, renderers: Renderers, tell: (message: LaneMessage) => void): Promise<void> {
  const notice = decodeNotice(record);
  if (notice.kind === 'forget') {
    renderers.forget(notice.generation);
    return;
  }
  const { generation } = notice.texts;
  try {
    await renderers.add(wholeSnapshot(notice.texts));
    tell({ prepared: generation });
  } catch (error) {
    tell({ prepared: generation, failure: error instanceof Error ? error.message : String(error) });
  }
}

function defectOf(error: unknown): LaneMessage {
  return { defect: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
