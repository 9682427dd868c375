/** Which requests a rule is for, compiled: everything that is given has to fit, and what is not given costs nothing. */
import { matchedCharsMax, matchesGlob, regularExpression } from '../kernel/text-pattern.js';

/** As it is written down; without keys: any request. */
export interface FaultMatch {
  /** Glob of the configured model that serves the request; a request without a model has the empty name. */
  readonly model?: string | undefined;
  /** Glob of the endpoint's name. */
  readonly endpoint?: string | undefined;
  /** `openai`, `azure`, `anthropic` or `gemini`. */
  readonly provider?: string | undefined;
  /** One key or several, as they are. */
  readonly api_key?: string | readonly string[] | undefined;
  /** Regular expressions by the name of a header. */
  readonly headers?: { readonly [name: string]: string } | undefined;
  /** Whether the reply is streamed. */
  readonly stream?: boolean | undefined;
}

/** What a match looks at. */
export interface MatchSubject {
  readonly model: string;
  readonly endpoint: string;
  readonly provider: string;
  readonly apiKey: string | undefined;
  readonly stream: boolean;
  /** By lower-case name. */
  header(name: string): string | undefined;
}

type Test = (subject: MatchSubject) => boolean;

/** Expects a match whose regular expressions are sound. */
export function compileMatch({ model, endpoint, provider, api_key: apiKey, headers = {}, stream }: FaultMatch): Test {
  const tests: Test[] = [];
  if (stream !== undefined) tests.push((subject) => subject.stream === stream);
  if (provider !== undefined) tests.push((subject) => subject.provider === provider);
  if (model !== undefined) tests.push((subject) => matchesGlob(model, subject.model));
  if (endpoint !== undefined) tests.push((subject) => matchesGlob(endpoint, subject.endpoint));
  if (apiKey !== undefined) {
    const keys = new Set([apiKey].flat());
    tests.push((subject) => subject.apiKey !== undefined && keys.has(subject.apiKey));
  }
  for (const [name, source] of Object.entries(headers)) tests.push(headerTest(name.toLowerCase(), source));
  return (subject) => tests.every((test) => test(subject));
}

function headerTest(name: string, source: string): Test {
  const pattern = regularExpression(source, false);
  return (subject) => {
    const value = subject.header(name);
    return value !== undefined && pattern.test(value.slice(0, matchedCharsMax));
  };
}
