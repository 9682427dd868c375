/**
 * Whether the same content came both ways, and if not, what became of it: cut out (or off), put in, the same pieces in another order, or
 * something else in its place.
 */
import type { ContentComparison, ContentVerdict } from './contract.js';

/** @param direct the text of each event, as the gateway's: of both, what a user reads */
export function compareContent(direct: readonly string[], gateway: readonly string[]): ContentComparison {
  const directText = direct.join('');
  const gatewayText = gateway.join('');
  if (directText === gatewayText) return { verdict: 'equal', at: directText.length, directLength: 0, gatewayLength: 0 };
  const at = commonStart(directText, gatewayText);
  const end = commonEnd(directText, gatewayText, at);
  const directLength = directText.length - at - end;
  const gatewayLength = gatewayText.length - at - end;
  const verdict = isReordered(direct, gateway) ? 'reordered' : verdictOf(directLength, gatewayLength);
  return { verdict, at, directLength, gatewayLength };
}

function verdictOf(directLength: number, gatewayLength: number): ContentVerdict {
  if (gatewayLength === 0) return 'lost';
  return directLength === 0 ? 'added' : 'changed';
}

function commonStart(one: string, other: string): number {
  const most = Math.min(one.length, other.length);
  let length = 0;
  while (length < most && one.charCodeAt(length) === other.charCodeAt(length)) length += 1;
  return length;
}

/** Of what follows the common start: no unit counts for both. */
function commonEnd(one: string, other: string, start: number): number {
  const most = Math.min(one.length, other.length) - start;
  let length = 0;
  while (length < most && one.charCodeAt(one.length - 1 - length) === other.charCodeAt(other.length - 1 - length)) {
    length += 1;
  }
  return length;
}

/** The same pieces in another order. */
function isReordered(direct: readonly string[], gateway: readonly string[]): boolean {
  const pieces = (texts: readonly string[]): string[] => texts.filter((text) => text !== '').sort();
  const [one, other] = [pieces(direct), pieces(gateway)];
  return one.length === other.length && one.every((piece, index) => piece === other[index]);
}
