/**
 * Plans that ship with the program, by name: the lowest layer of a plan, so that a file or a flag changes any part of one. Lengths are
 * round numbers of the kind that each use has, not measurements of anybody's.
 */
import type { PlainObject } from '../../config/plain-data.js';

export interface Preset {
  readonly name: string;
  /** One sentence for the help and the reference page. */
  readonly description: string;
  /** A part of a plan document. */
  readonly plan: PlainObject;
}

const thinking = (p50_ms: number, p95_ms: number) => ({ distribution: 'log_normal', p50_ms, p95_ms });

export const presets: readonly Preset[] = [
  {
    name: 'smoke',
    description: 'Two users send twenty short requests: does it answer at all?',
    plan: { closed_loop: { users: 2 }, max_requests: 20, mix: { smoke: { prompt_tokens: 20, output_tokens: 16 } } },
  },
  {
    name: 'chat',
    description: 'Conversations of people: a shared system prompt, several turns, time to read and type between them.',
    plan: {
      mix: {
        chat: {
          prompt_tokens: { p50: 60, p95: 400 },
          output_tokens: { p50: 200, p95: 700 },
          conversation: {
            turns: { p50: 3, p95: 8 },
            shared_prefix_tokens: 300,
            think_time: thinking(4_000, 20_000),
          },
        },
      },
    },
  },
  {
    name: 'rag',
    description: 'Questions with retrieved documents: long prompts behind one instruction, short answers.',
    plan: {
      mix: {
        rag: {
          prompt_tokens: { p50: 3_000, p95: 8_000 },
          output_tokens: { p50: 150, p95: 400 },
          conversation: { shared_prefix_tokens: 500 },
        },
      },
    },
  },
  {
    name: 'agent',
    description: 'A program that calls the model in a loop: many turns that grow, a long instruction, no pause.',
    plan: {
      mix: {
        agent: {
          prompt_tokens: { p50: 300, p95: 2_000 },
          output_tokens: { p50: 120, p95: 500 },
          conversation: { turns: { p50: 8, p95: 25 }, shared_prefix_tokens: 2_000, think_time: thinking(200, 1_500) },
        },
      },
    },
  },
  {
    name: 'mixed',
    description: 'Streams, whole answers and embeddings side by side; one client in fifty leaves early.',
    plan: {
      mix: {
        chat: {
          weight: 6,
          prompt_tokens: { p50: 200, p95: 1_500 },
          output_tokens: { p50: 200, p95: 700 },
          cancel: { share: 0.02, after: thinking(1_500, 6_000) },
        },
        batch: {
          weight: 2,
          stream: false,
          prompt_tokens: { p50: 800, p95: 3_000 },
          output_tokens: { p50: 100, p95: 300 },
        },
        embed: { weight: 2, dialect: 'openai.embeddings', prompt_tokens: { p50: 250, p95: 500 } },
      },
    },
  },
];
