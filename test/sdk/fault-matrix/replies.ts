/** The rows of faults that change what the model says, and of those in the middle of the answer. */
import { type Cells, FIVE, type Outcome, type Row, SAID } from './contract.js';

const FINISHES = { openai: 'stop', anthropic: 'end_turn', gemini: 'STOP' } as const;

/** The right answer, or the same but for what is given. */
const given = (differences: Partial<Outcome> = {}): Cells => {
  const cell = (finish: string): Outcome => ({ text: SAID, finish, usage: true, attempts: 1, ...differences });
  return { openai: cell(FINISHES.openai), anthropic: cell(FINISHES.anthropic), gemini: cell(FINISHES.gemini) };
};
const RIGHT = given();

/** What the SDKs throw who hand on what they are thrown: nothing that comes after the status is tried again. */
const thrown = (error: string, says: RegExp, text = ''): Outcome => ({ error, says, text, attempts: 1 });
const all = (outcome: Outcome): Cells => ({ openai: outcome, anthropic: outcome, gemini: outcome });

/** Node's fetch throws this when a body ends early. No SDK turns it into an error of its own. */
const TERMINATED = /^terminated$/;
const brokenWhole = all(thrown('TypeError', TERMINATED));
const brokenStream = all(thrown('TypeError', TERMINATED, FIVE));
/** JSON.parse throws this, in other words in every version of V8. */
const NO_JSON = /JSON|Unterminated|position/;
const malformedWhole = all(thrown('SyntaxError', NO_JSON));

const ended = (text: string, finishes: { openai: string; anthropic: string; gemini: string }): Cells => ({
  openai: { text, finish: finishes.openai, usage: true, attempts: 1 },
  anthropic: { text, finish: finishes.anthropic, usage: true, attempts: 1 },
  gemini: { text, finish: finishes.gemini, usage: true, attempts: 1 },
});
const refusedReply = ended(FIVE, { openai: 'content_filter', anthropic: 'refusal', gemini: 'SAFETY' });
const either = (cells: Cells) => ({ whole: cells, stream: cells });

/** A stream that just ends: the user is told nothing, but for the finish reason that is missing. */
const SILENT_END: Outcome = { text: FIVE, attempts: 1 };
const CUT_TEXT = SAID.replace('—', '\ufffd');

export const replyRows: readonly Row[] = [
  {
    // Gemini gives no content of a candidate that its filter stopped, but for what had been streamed by then.
    fault: 'refusal;after_tokens=5',
    whole: { ...refusedReply, gemini: { text: '', finish: 'SAFETY', usage: true, attempts: 1 } },
    stream: refusedReply,
  },
  {
    fault: 'early_length;after_tokens=5',
    ...either(ended(FIVE, { openai: 'length', anthropic: 'max_tokens', gemini: 'MAX_TOKENS' })),
  },
  { fault: 'empty_choice', ...either(ended('', FINISHES)) },
  { fault: 'disconnect', whole: brokenWhole, stream: brokenStream },
  { fault: 'disconnect;manner=rst', whole: brokenWhole, stream: brokenStream },
  { fault: 'stall;for_ms=80', takesMs: 80, ...either(RIGHT) },
  { fault: 'stall;for_ms=40;ending=fin', takesMs: 40, whole: brokenWhole, stream: brokenStream },
  { fault: 'stall;for_ms=40;ending=rst', takesMs: 40, whole: brokenWhole, stream: brokenStream },
  {
    // A time limit that ends with the headers, as most have, does not end this; of whole replies two SDKs watch the body as well.
    fault: 'stall;ending=silence',
    timeoutMs: 400,
    whole: {
      'openai 7': {
        ...thrown('APIConnectionTimeoutError', /timed out/),
        attempts: 3,
        waitsMs: [375, 750],
      },
      'openai 6': 'unbounded',
      anthropic: 'unbounded',
      gemini: thrown('DOMException', /aborted/),
    },
    stream: { openai: 'unbounded', anthropic: 'unbounded', gemini: thrown('DOMException', /aborted/, FIVE) },
  },
  {
    // OpenAI's and Anthropic's SDKs have no status for an error that comes behind a 200; Google's takes it from the event.
    fault: 'error_event',
    sparing: ['whole'],
    whole: RIGHT,
    stream: {
      openai: thrown('APIError', /overloaded|capacity/i, FIVE),
      anthropic: thrown('APIError', /overloaded_error/, FIVE),
      gemini: { ...thrown('ApiError', /UNAVAILABLE/, FIVE), status: 503 },
    },
  },
  {
    // OpenAI's newer SDK takes what is left at the end for an event; its older one and Anthropic's drop what no blank line ends.
    fault: 'truncated_event',
    whole: malformedWhole,
    stream: {
      'openai 7': thrown('SyntaxError', /malformed server-sent event JSON/, FIVE),
      'openai 6': SILENT_END,
      anthropic: SILENT_END,
      gemini: thrown('Error', /^Incomplete JSON segment at the end$/, FIVE),
    },
  },
  { fault: 'truncated_event;ending=fin', whole: brokenWhole, stream: brokenStream },
  { fault: 'truncated_event;ending=rst', whole: brokenWhole, stream: brokenStream },
  { fault: 'malformed_json', whole: malformedWhole, stream: all(thrown('SyntaxError', NO_JSON, FIVE)) },
  { fault: 'utf8_split;gap_ms=20', ...either(RIGHT) },
  { fault: 'utf8_cut', ...either(given({ text: CUT_TEXT })) },
  { fault: 'event_split;gap_ms=2', ...either(RIGHT) },
  { fault: 'coalesce', sparing: ['whole'], ...either(RIGHT) },
  { fault: 'drip;bytes=100;interval_ms=1', ...either(RIGHT) },
  {
    // OpenAI's SDKs read nothing behind [DONE], and message_stop says nothing; Gemini's last chunk has the last token.
    fault: 'duplicate_terminal',
    sparing: ['whole'],
    whole: RIGHT,
    stream: { ...RIGHT, gemini: { text: `${SAID}.`, finish: 'STOP', usage: true, attempts: 1 } },
  },
  {
    // What says that the stream is complete is what no SDK asks for. Gemini's has the finish reason, and the last token.
    fault: 'missing_terminal',
    sparing: ['whole'],
    whole: RIGHT,
    stream: { ...RIGHT, gemini: { text: SAID.slice(0, -1), attempts: 1 } },
  },
  { fault: 'missing_usage', ...either(given({ usage: false })) },
  {
    fault: 'wrong_content_length',
    sparing: ['stream'],
    whole: brokenWhole,
    stream: RIGHT,
  },
  {
    fault: 'wrong_content_length;difference_bytes=-10',
    sparing: ['stream'],
    whole: malformedWhole,
    stream: RIGHT,
  },
];
