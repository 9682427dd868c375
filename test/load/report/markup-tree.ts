/**
 * Reads XML, and HTML as our pages write it, into a tree, and refuses what is not well-formed: an element that is not closed in order, an
 * attribute without quotes, a `<` or `&` that is no markup. Strict where a browser forgives.
 */
import assert from 'node:assert/strict';

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  /** Its own text, without that of its children. */
  text: string;
}

const VOID = new Set(['meta', 'br', 'link']);
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

/** The root element of the document. */
export function markupTree(document: string): Element {
  const top: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [top];
  const markup = /<([!?][^<>]*|\/?[a-zA-Z][\w-]*(?:\s+[\w:-]+="[^"<]*")*\s*\/?)>|([^<>]+)/y;
  while (markup.lastIndex < document.length) {
    const at = markup.lastIndex;
    const match = markup.exec(document);
    assert.ok(match !== null, `no markup: ${document.slice(at, at + 80)}`);
    const [, tag, text] = match;
    if (text !== undefined) open.at(-1)!.text += open.at(-1)!.name === 'style' ? text : decoded(text);
    else if (/^[a-zA-Z]/.test(tag!)) begin(tag!, open);
    else if (tag!.startsWith('/')) assert.equal(open.pop()!.name, tag!.slice(1), 'closed in order');
  }
  assert.equal(open.length, 1, `not closed: ${open.at(-1)!.name}`);
  assert.equal(top.children.length, 1, 'one root');
  return top.children[0]!;
}

function begin(tag: string, open: Element[]): void {
  const name = /^[\w-]+/.exec(tag)![0];
  const pairs = [...tag.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, key, value]) => [key!, decoded(value!)] as const);
  assert.equal(new Set(pairs.map(([key]) => key)).size, pairs.length, `an attribute twice: ${tag}`);
  const element: Element = { name, attributes: Object.fromEntries(pairs), children: [], text: '' };
  open.at(-1)!.children.push(element);
  if (!tag.endsWith('/') && !VOID.has(name)) open.push(element);
}

function decoded(text: string): string {
  return text.replace(/&(?:(\w+);)?/g, (whole, name: string | undefined) => {
    const character = ENTITIES[name ?? ''];
    assert.ok(character !== undefined, `no entity: ${whole}`);
    return character;
  });
}

/** Every element of that name, in the document's order. */
export function elementsOf(root: Element, name: string): Element[] {
  const own = root.name === name ? [root] : [];
  return [...own, ...root.children.flatMap((child) => elementsOf(child, name))];
}

/** Text of the element and all in it. */
export function wholeText(element: Element): string {
  return element.text + element.children.map(wholeText).join('');
}
