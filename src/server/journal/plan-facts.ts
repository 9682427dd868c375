/** What the journal takes out of a plan: a few words of its head, and the texts that few plans have. */
import { PLAN_HEADER } from '../../engine/request-headers.js';
import {
  planCachedTokens,
  planCompletionTokens,
  planConfigurationGeneration,
  planEnding,
  planEndUs,
  planFault,
  planFrameCount,
  planFurtherHeaders,
  planHeaders,
  planIdentityHigh,
  planIdentityLow,
  planKind,
  planPromptTokens,
  planSession,
  planStatus,
  planTtftUs,
} from '../../runtime/plan-reader.js';
import { type JournalRows, ROW, ROW_NUMBERS, ROW_TEXTS, TEXT } from './journal-row.js';
import { NO_RETRY_AFTER, retryAfterMsIn } from './retry-after.js';

/** From here on an answer is an error, which may ask its client to wait. */
const ERROR_STATUS_MIN = 400;

export function writePlanFacts(plan: Uint8Array, { numbers, texts }: JournalRows, row: number): void {
  const base = row * ROW_NUMBERS;
  numbers[base + ROW.identityHigh] = planIdentityHigh(plan);
  numbers[base + ROW.identityLow] = planIdentityLow(plan);
  numbers[base + ROW.planKind] = planKind(plan);
  numbers[base + ROW.planStatus] = planStatus(plan);
  numbers[base + ROW.planTtftUs] = planTtftUs(plan);
  numbers[base + ROW.planEndUs] = planEndUs(plan);
  numbers[base + ROW.planFrames] = planFrameCount(plan);
  numbers[base + ROW.promptTokens] = planPromptTokens(plan);
  numbers[base + ROW.cachedTokens] = planCachedTokens(plan);
  numbers[base + ROW.completionTokens] = planCompletionTokens(plan);
  numbers[base + ROW.planFault] = planFault(plan);
  numbers[base + ROW.ending] = planEnding(plan);
  numbers[base + ROW.generation] = planConfigurationGeneration(plan);
  const isError = planStatus(plan) >= ERROR_STATUS_MIN;
  numbers[base + ROW.retryAfterMs] = isError ? retryAfterMsIn(planHeaders(plan)) : NO_RETRY_AFTER;
  const first = row * ROW_TEXTS;
  texts[first + TEXT.session] = planSession(plan)?.id;
  texts[first + TEXT.announcement] = announcementIn(planFurtherHeaders(plan));
}

function announcementIn(headers: readonly string[]): string | undefined {
  const at = headers.indexOf(PLAN_HEADER);
  return at < 0 ? undefined : headers[at + 1];
}
