/**
 * Texts with variables in Mustache's syntax: {{variable}}, {{#variable}}when it is not empty{{/variable}}, {{^variable}}when it is
 * empty{{/variable}}, {{! a comment}}. Values are text and go in as they are, without HTML escaping; nothing is called, nothing is
 * included. A template is parsed once, and filling it is pure. This is the only file that knows Mustache.
 */
import Mustache from 'mustache';

const sectionDepthMax = 16;

/** Why a text is not a template; the message reads on from the text's key. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

/** What Mustache makes of a text: its kind, the name or text, where it begins and ends, and a section's own spans. */
type Span = readonly [kind: string, value: string, start: number, end: number, spans?: readonly Span[]];

/** Looks names up as a whole, where Mustache would walk into objects; a section stays in the context that it stands in. */
class VariableContext extends Mustache.Context {
  readonly #read: (variable: string) => string;

  constructor(read: (variable: string) => string) {
    super(undefined);
    this.#read = read;
  }

  override lookup(variable: string): string {
    return this.#read(variable);
  }

  override push(): VariableContext {
    return this;
  }
}

class PlainTextWriter extends Mustache.Writer {
  /** Every template is parsed once: a cache would only keep its text. */
  readonly templateCache = undefined;

  override escapedValue([, variable]: string[], context: VariableContext): string {
    return context.lookup(variable);
  }
}

const writer = new PlainTextWriter();

export class Template {
  /** Every variable that the text names, each once, in order of appearance. */
  readonly variables: readonly string[];
  readonly #spans: readonly Span[];

  /** Throws TemplateError. */
  constructor(text: string) {
    this.#spans = parse(text);
    this.variables = [...new Set(namesIn(this.#spans, 0))];
  }

  /** The text with the values of its variables. */
  fill(read: (variable: string) => string): string {
    return writer.renderTokens(this.#spans as unknown as string[][], new VariableContext(read));
  }
}

function parse(text: string): readonly Span[] {
  try {
    return writer.parse(text);
  } catch (error) {
    throw new TemplateError(`must be a template: ${lowerFirst((error as Error).message)}`);
  }
}

function namesIn(spans: readonly Span[], depth: number): string[] {
  if (depth > sectionDepthMax) throw new TemplateError(`must not nest sections more than ${sectionDepthMax} deep`);
  return spans.flatMap(([kind, value, , , nested]) => {
    if (kind === '>') throw new TemplateError(`must not include another template ("${value}")`);
    if (kind === '#' || kind === '^') return [value, ...namesIn(nested ?? [], depth + 1)];
    return kind === 'name' || kind === '&' ? [value] : [];
  });
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
