/** What is kept of a pair of answers: everything that takes their captures is found out here, so that these can be let go at once. */
import type { Capture, RequestRecord } from '../contract.js';
import { type ChunkEnds, cameTogether, chunkEnds, compareChunks } from './chunk-comparison.js';
import { compareContent } from './content-comparison.js';
import type { AnswerFacts, ContentComparison, PairFacts } from './contract.js';
import { fieldDifferences, headerDifferences } from './differences.js';
import type { RequestPair } from './paired-requests.js';

const US_PER_MS = 1_000;
/** Of an answer that is kept for a comparison with the upstream's record; records are cut at some KB as well. */
const KEPT_CHARS_MAX = 65_536;
const NO_ENDS: ChunkEnds = { ends: [], timesMs: [] };

/** @param records of the two ways, with their captures as far as there was an answer */
export function pairFacts(
  request: RequestPair,
  records: { readonly direct: RequestRecord; readonly gateway: RequestRecord },
  directFirst: boolean,
): PairFacts {
  const { direct, gateway } = records;
  const directEnds = direct.capture === undefined ? NO_ENDS : chunkEnds(direct.capture);
  const gatewayEnds = gateway.capture === undefined ? NO_ENDS : chunkEnds(gateway.capture);
  return {
    key: request.direct.key,
    stream: request.direct.stream,
    directFirst,
    cancels: request.direct.cancelAfterMs !== undefined || request.direct.cancelAfterChunks !== undefined,
    direct: answerFacts(direct, directEnds),
    gateway: answerFacts(gateway, gatewayEnds),
    ...comparisonsOf(direct, gateway, directEnds, gatewayEnds),
    ...keptText(gateway),
  };
}

function keptText({ capture, outcome }: RequestRecord): Pick<PairFacts, 'gatewayText'> {
  if (capture === undefined || outcome === 'cancelled') return {};
  const text = capture.texts.join('');
  return text === '' || text.length > KEPT_CHARS_MAX ? {} : { gatewayText: text };
}

function answerFacts(record: RequestRecord, ends: ChunkEnds): AnswerFacts {
  const { outcome, status, error, finishReason, usage, headersUs, chunkTimesUs, endUs } = record;
  return {
    outcome,
    ...(status !== undefined && { status }),
    ...(error !== undefined && { error }),
    ...(finishReason !== undefined && { finishReason }),
    ...(usage !== undefined && { usage }),
    ...(headersUs !== undefined && { headersMs: headersUs / US_PER_MS }),
    ...(chunkTimesUs.length > 0 && {
      firstContentMs: chunkTimesUs[0]! / US_PER_MS,
      lastContentMs: chunkTimesUs.at(-1)! / US_PER_MS,
    }),
    endMs: endUs / US_PER_MS,
    chunks: ends.ends.length,
    together: cameTogether(ends),
    textLength: ends.ends.at(-1) ?? 0,
  };
}

type Comparisons = Pick<PairFacts, 'content' | 'chunks' | 'headers' | 'fields'>;

function comparisonsOf(
  direct: RequestRecord,
  gateway: RequestRecord,
  directEnds: ChunkEnds,
  gatewayEnds: ChunkEnds,
): Comparisons {
  const [one, other] = [direct.capture, gateway.capture];
  if (one === undefined || other === undefined) return { headers: [], fields: [] };
  // A client that leaves has as much as had come by then: neither the end of the content nor all fields.
  const whole = direct.outcome !== 'cancelled' && gateway.outcome !== 'cancelled';
  const content = compareContent(one.texts, other.texts);
  const common = content.verdict === 'equal' ? Number.POSITIVE_INFINITY : content.at;
  const streamed = direct.stream && directEnds.ends.length > 0 && gatewayEnds.ends.length > 0;
  return {
    ...(whole && hasText(one, other) && { content: content satisfies ContentComparison }),
    ...(streamed && common > 0 && { chunks: compareChunks(directEnds, gatewayEnds, common) }),
    headers: headerDifferences(one.headers, other.headers),
    fields: whole && direct.dialect === gateway.dialect ? fieldDifferences(one, other) : [],
  };
}

const hasText = (direct: Capture, gateway: Capture): boolean =>
  direct.texts.some((text) => text !== '') || gateway.texts.some((text) => text !== '');
