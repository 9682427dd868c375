/**
 * What the matrix of faults and SDKs is made of: a row says what a fault is asked for by, and what a user of each SDK gets, who uses it as its
 * documentation shows. Outcomes are written from the SDKs' sources; a cell that differs between two majors names the one that it is of.
 */

export type Mode = 'whole' | 'stream';

/** An SDK, or one major of it where the majors differ: "openai", "openai 6". */
export type Column = 'openai' | 'anthropic' | 'gemini' | `${'openai' | 'anthropic' | 'gemini'} ${number}`;

/** What the model of the matrix says: every word a token, and one character of several bytes behind the tenth. */
export const SAID =
  'One two three four five six seven eight nine ten — eleven twelve thirteen fourteen fifteen sixteen.';
/** As much as has been said after five tokens. */
export const FIVE = 'One two three four five';

export interface Outcome {
  /** The error's class by name; absent where nothing is thrown. */
  readonly error?: string;
  /** What the error says its HTTP status is; absent where it says none. */
  readonly status?: number;
  /** Part of the error's message. */
  readonly says?: RegExp;
  /** What the user was given of the text, with an error or without. */
  readonly text: string;
  /** The finish reason that the user was given; absent for none. */
  readonly finish?: string;
  /** Whether the user was told how many tokens were used. */
  readonly usage?: boolean;
  /** Requests that the server sees. */
  readonly attempts: number;
  /** What is waited at least before each further attempt, ms. */
  readonly waitsMs?: readonly number[];
}

export interface Row {
  /** As the header asks for it. */
  readonly fault: string;
  /** How long the client is told to wait for an answer; long enough for anything unless given. */
  readonly timeoutMs?: number;
  /** Modes in which the fault leaves the reply alone, so that none is counted. */
  readonly sparing?: readonly Mode[];
  /** Least time that an answer takes, ms. */
  readonly takesMs?: number;
  readonly whole: Cells;
  readonly stream: Cells;
}

export type Cells = { readonly [column in Column]?: Outcome | 'unbounded' };

/** What a user got. */
export interface Observation {
  text: string;
  finish: string | undefined;
  usage: boolean;
  error: Error | undefined;
  /** When each attempt was begun, ms on a monotonic clock. */
  readonly attemptsMs: number[];
  tookMs: number;
}

export interface Question {
  /** What base URLs begin with. */
  readonly url: string;
  readonly mode: Mode;
  readonly prompt: string;
  readonly headers: { readonly [name: string]: string };
  readonly timeoutMs: number;
  /** Whether Google's SDK is asked for three attempts, as the others make by themselves. */
  readonly retries?: boolean;
  readonly fetch: typeof fetch;
}

/** One major of an SDK, used as its documentation shows. */
export interface MatrixSdk {
  readonly label: string;
  readonly name: 'openai' | 'anthropic' | 'gemini';
  readonly major: number;
  /** Writes down what it is given as it comes; throws what the SDK throws. */
  ask(question: Question, seen: Pick<Observation, 'text' | 'finish' | 'usage'>): Promise<void>;
}
