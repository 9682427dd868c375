/**
 * Texts that a parsed regular expression matches: of natural length, or of a given one. Edges and lookarounds are passed over, so a
 * text has to be matched before it is used.
 */
import type { Draws } from '../draws.js';
import type { PatternNode } from './syntax.js';

/** A repetition that has no upper bound, or one far off, goes at most so often beyond the least. */
const NATURAL_EXTRA_MAX = 7;
/** Counts up to this are all as likely; above, a pattern means "not too long" rather than a length. */
const NATURAL_COUNT_MAX = 20;

/**
 * @param longest the most characters that a caller can use; a text may be longer all the same when the expression asks for it, but
 *   no longer than twice the expression's shortest
 * @returns undefined when a class of characters is empty
 */
export function sampleNatural(node: PatternNode, draws: Draws, longest: number): string | undefined {
  let room = Math.max(0, longest - node.shortest);
  const write = (part: PatternNode): string | undefined => {
    switch (part.kind) {
      case 'character':
        return part.class.draw(draws);
      case 'sequence':
        return joined(part.parts.map(write));
      case 'choice':
        return write(draws.pick(part.branches));
      case 'repeat': {
        const far = part.most > Math.max(NATURAL_COUNT_MAX, part.least);
        const extra = draws.between(0, far ? NATURAL_EXTRA_MAX : part.most - part.least);
        const affordable = Math.min(extra, Math.floor(room / Math.max(1, part.body.shortest)));
        room -= affordable * part.body.shortest;
        return joined(Array.from({ length: part.least + affordable }, () => write(part.body)));
      }
      default:
        return '';
    }
  };
  return write(node);
}

/**
 * A text of exactly so many characters, which lies between the node's shortest and longest. A choice may leave gaps between the
 * lengths that are possible; then the text has another length.
 */
export function sampleExact(node: PatternNode, length: number, draws: Draws): string | undefined {
  switch (node.kind) {
    case 'character':
      return node.class.draw(draws);
    case 'sequence':
      return exactSequence(node.parts, length, draws);
    case 'choice': {
      const fitting = node.branches.filter((branch) => branch.shortest <= length && branch.longest >= length);
      const branch = draws.pick(fitting.length > 0 ? fitting : node.branches);
      return sampleExact(branch, clamp(length, branch), draws);
    }
    case 'repeat': {
      const { body, least, most } = node;
      if (body.longest === 0) return '';
      const fewest = Math.max(least, Math.ceil(length / body.longest));
      const mostHere = Math.min(most, body.shortest === 0 ? length : Math.floor(length / body.shortest));
      const count = draws.between(fewest, Math.max(fewest, mostHere));
      return exactSequence(new Array<PatternNode>(count).fill(body), length, draws);
    }
    default:
      return '';
  }
}

/** Deals what is left beyond the shortest texts out to the parts, in a random order of parts. */
function exactSequence(parts: readonly PatternNode[], length: number, draws: Draws): string | undefined {
  const lengths = parts.map((part) => part.shortest);
  let left = length - lengths.reduce((sum, shortest) => sum + shortest, 0);
  const order = draws.shuffled([...parts.keys()]);
  for (const [position, index] of order.entries()) {
    if (left <= 0) break;
    const space = (parts[index] as PatternNode).longest - (lengths[index] as number);
    if (space <= 0) continue;
    const share = position === order.length - 1 ? left : draws.between(0, Math.min(space, left));
    const given = Math.min(space, share);
    lengths[index] = (lengths[index] as number) + given;
    left -= given;
  }
  for (const [index, part] of parts.entries()) {
    if (left <= 0) break;
    const given = Math.min(part.longest - (lengths[index] as number), left);
    lengths[index] = (lengths[index] as number) + given;
    left -= given;
  }
  return joined(parts.map((part, index) => sampleExact(part, lengths[index] as number, draws)));
}

function clamp(length: number, { shortest, longest }: PatternNode): number {
  return Math.min(Math.max(length, shortest), longest);
}

function joined(texts: readonly (string | undefined)[]): string | undefined {
  return texts.includes(undefined) ? undefined : texts.join('');
}
