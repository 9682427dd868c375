/**
 * The parts of a reply: thoughts, text, function calls, and the signatures that a client has to send back. The real API signs the first
 * function call, or the end of the text where functions were offered, and from generation 3 on every reply; only a reply that was thought
 * about is signed.
 */

import type { Simulation } from '../contract.js';
import { type GeneratedChoice, type GeneratedPart, textAt } from '../generation.js';
import { BASE36, BASE64 } from '../identifier-alphabets.js';
import type { GenerateCall } from './generate-request.js';

export interface ReplyPart {
  readonly text?: string;
  readonly functionCall?: { readonly name: string; readonly args: object; readonly id?: string };
  readonly thought?: true;
  readonly thoughtSignature?: string;
}

type ToolCallPart = Extract<GeneratedPart, { kind: 'tool_call' }>;

const CALL_ID_CHARACTERS = 8;
/** Together with its first four, which decode to "sim", a multiple of four: no padding. */
const SIGNATURE_CHARACTERS = 160;

/** What is decided about a choice before any part of it is written. */
export class ChoiceParts {
  /** The function calls that came out whole, by their place in the choice. */
  readonly calls: ReadonlyMap<number, NonNullable<ReplyPart['functionCall']>>;
  readonly #signature: string | undefined;
  /** The place of the part that carries the signature. */
  readonly #signed: number;
  readonly #choice: GeneratedChoice;

  constructor(choice: GeneratedChoice, { traits, generation }: GenerateCall, simulation: Simulation) {
    this.#choice = choice;
    this.calls = new Map(
      choice.parts.flatMap((part, place) => {
        const args = part.kind === 'tool_call' ? argumentsOf(part) : undefined;
        if (args === undefined) return [];
        const { name } = part as ToolCallPart;
        return [[place, { name, args, ...(traits.isNew && { id: callId(simulation) }) }] as const];
      }),
    );
    const [firstCall] = this.calls.keys();
    const lastText = choice.parts.findLastIndex(({ kind }) => kind === 'text');
    const signsText = traits.isNew || generation.tools !== undefined;
    this.#signed = firstCall ?? (signsText ? lastText : -1);
    const isThoughtAbout = choice.parts.some(({ kind, tokens }) => kind === 'reasoning' && tokens.length > 0);
    this.#signature = isThoughtAbout && this.#signed >= 0 ? signature(simulation) : undefined;
  }

  /** Whether a chunk that ends with the token shows a text, or a thought, and nothing else. */
  isPlain(place: number, token: number): boolean {
    const { kind, tokens } = this.#choice.parts[place];
    if (kind === 'tool_call') return false;
    return place !== this.#signed || this.#signature === undefined || token < tokens.length - 1;
  }

  /** What `count` tokens of the part show; undefined for those of a call that are not the call's last, or whose call was cut off. */
  ofTokens(place: number, token: number, count: number): ReplyPart | undefined {
    const part = this.#choice.parts[place];
    const isLast = token + count === part.tokens.length;
    if (part.kind === 'reasoning') return { text: textAt(part.tokens, token, count), thought: true };
    if (part.kind === 'text')
      return { text: textAt(part.tokens, token, count), ...(isLast && this.#signatureOf(place)) };
    const functionCall = isLast ? this.calls.get(place) : undefined;
    return functionCall && { functionCall, ...this.#signatureOf(place) };
  }

  /** All parts, each in one piece. */
  whole(showsThoughts: boolean): ReplyPart[] {
    return this.#choice.parts.flatMap((part, place): ReplyPart[] => {
      if (part.kind === 'tool_call') {
        const functionCall = this.calls.get(place);
        return functionCall === undefined ? [] : [{ functionCall, ...this.#signatureOf(place) }];
      }
      const text = part.tokens.join('');
      if (part.kind === 'text') return [{ text, ...this.#signatureOf(place) }];
      return showsThoughts ? [{ text, thought: true }] : [];
    });
  }

  #signatureOf(place: number): { readonly thoughtSignature?: string } {
    return place === this.#signed && this.#signature !== undefined ? { thoughtSignature: this.#signature } : {};
  }
}

/** The call's arguments; undefined when the limit cut the document off. */
function argumentsOf({ tokens }: ToolCallPart): object | undefined {
  try {
    const args: unknown = JSON.parse(tokens.join(''));
    return typeof args === 'object' && args !== null && !Array.isArray(args) ? args : { value: args };
  } catch {
    return undefined;
  }
}

function callId(simulation: Simulation): string {
  return `sim${simulation.identifier(CALL_ID_CHARACTERS, BASE36)}`;
}

function signature(simulation: Simulation): string {
  return `c2lt${simulation.identifier(SIGNATURE_CHARACTERS, BASE64)}`;
}
