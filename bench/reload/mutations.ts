/**
 * Random configuration files, valid ones and ones that are wrong at a known place, as somebody might save them one after another. All of them
 * serve the model of the open streams, or take it away; what they say is a function of the seed.
 */
import { seededRandom } from '../../src/engine/rng.js';

export interface Mutation {
  readonly text: string;
  /** Where a reload has to find what is wrong; undefined for a file that is valid. */
  readonly wrongAt: { readonly line: number; readonly column: number } | undefined;
}

/** What is never changed by a mutation: addresses, processes, and what the streams' length needs. */
export interface FixedParts {
  /** Lines of YAML, each a section's name with the lines below it. */
  readonly server: readonly string[];
  readonly telemetry: readonly string[];
  readonly concurrency: number;
}

type Random = () => number;

/** Every second one on average is wrong. */
export class Mutations {
  readonly #random: Random;
  readonly #fixed: FixedParts;
  #count = 0;

  constructor(seed: number, fixed: FixedParts) {
    const source = seededRandom(seed, new Uint32Array(4), 0);
    this.#random = () => source.nextUnit();
    this.#fixed = fixed;
  }

  next(): Mutation {
    this.#count++;
    const lines = this.#validLines();
    if (this.#random() < 0.5) return { text: `${lines.join('\n')}\n`, wrongAt: undefined };
    return this.#spoilt(lines);
  }

  #validLines(): string[] {
    const { concurrency, server, telemetry } = this.#fixed;
    return [
      'server:',
      ...server.map((line) => `  ${line}`),
      `  request_timeout_secs: ${this.#integer(60, 300)}`,
      ...this.#maybe('  api_keys: [stream-key, another-key]'),
      'telemetry:',
      ...telemetry.map((line) => `  ${line}`),
      'simulation:',
      `  seed: ${this.#integer(0, 1_000)}`,
      `  model_suffix: -m${this.#count}`,
      `  slip_limit_ms: ${this.#integer(5, 500)}`,
      ...this.#maybe('  plan_header: true'),
      '  concurrency:',
      `    max_concurrent_requests: ${concurrency}`,
      'providers:',
      ...this.#streamModel(),
      ...this.#others(),
      ...this.#rules(),
    ];
  }

  /** The model that the open streams are of, which may go as well. */
  #streamModel(): string[] {
    const isThere = this.#random() < 0.8;
    return [
      '  streaming:',
      ...(isThere ? [] : ['    enabled: false']),
      '    extends: gpt-4o',
      `    max_output_tokens: ${this.#integer(16_384, 32_768)}`,
      '    latency:',
      `      ttft: { distribution: constant, value_ms: ${this.#integer(1, 50)} }`,
      `      itl: { distribution: log_normal, p50_ms: ${this.#integer(1, 20)}, p95_ms: 30 }`,
    ];
  }

  /** Names that come before and behind it, so that positions in the list of models change. */
  #others(): string[] {
    return Array.from({ length: this.#integer(0, 4) }, () => this.#integer(0, 30)).flatMap((number, index) => [
      `  ${index % 2 === 0 ? 'aa' : 'zz'}-${number}-${index}:`,
      '    extends: gpt-4o-mini',
      '    latency:',
      '      batching:',
      `        enabled: ${this.#random() < 0.5}`,
    ]);
  }

  #rules(): string[] {
    if (this.#random() < 0.5) return [];
    const header = `x-team-${this.#integer(0, 9)}`;
    return ['replies:', '  rules:', `    - match: { headers: { ${header}: "a*" } }`, '      reply: { text: ruled }'];
  }

  #spoilt(lines: readonly string[]): Mutation {
    const spoil = [
      () => this.#unknownKey(lines),
      () => this.#wrongValue(lines, 'slip_limit_ms', '-1'),
      () => this.#wrongValue(lines, 'slip_limit_ms', 'soon'),
      () => this.#wrongValue(lines, 'request_timeout_secs', '[1]'),
      () => this.#wrongValue(lines, 'max_output_tokens', '9.5'),
      () => this.#twice(lines),
      () => this.#secondDocument(lines),
    ];
    return (spoil[Math.floor(this.#random() * spoil.length)] as () => Mutation)();
  }

  #unknownKey(lines: readonly string[]): Mutation {
    const at = lines.indexOf('simulation:') + 1;
    return mutated(lines, at, 0, '  sead: 1', 3);
  }

  #wrongValue(lines: readonly string[], key: string, value: string): Mutation {
    const at = lines.findIndex((line) => line.trimStart().startsWith(`${key}:`));
    const beginning = `${(lines[at] as string).split(':')[0]}: `;
    return mutated(lines, at, 1, beginning + value, beginning.length + 1);
  }

  #twice(lines: readonly string[]): Mutation {
    const at = lines.findIndex((line) => line.startsWith('  seed:')) + 1;
    return mutated(lines, at, 0, '  seed: 5', 3);
  }

  #secondDocument(lines: readonly string[]): Mutation {
    return mutated(lines, lines.length, 0, '---\na: 1', 1);
  }

  #integer(from: number, to: number): number {
    return from + Math.floor(this.#random() * (to - from + 1));
  }

  #maybe(line: string): string[] {
    return this.#random() < 0.3 ? [line] : [];
  }
}

function mutated(lines: readonly string[], at: number, removed: number, text: string, column: number): Mutation {
  const changed = lines.toSpliced(at, removed, text);
  return { text: `${changed.join('\n')}\n`, wrongAt: { line: at + 1, column } };
}
