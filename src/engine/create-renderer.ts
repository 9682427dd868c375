/**
 * Puts a Renderer together for a snapshot, with the tokenizers that its models need. Worker threads and `llm-simulator plan` both get
 * theirs here, so that a plan is computed by the very code that computes a server's answer.
 */
import { defaultModel } from '../config/default-model.js';
import type { ConfigurationSnapshot } from '../config/snapshot.js';
import type { Tokenizer } from '../content/contract.js';
import {
  type Encoding,
  type EncodingName,
  loadEncoding,
  loadTokenizer,
  tokenizerOf,
} from '../content/tokenizers/load-tokenizer.js';
import { Renderer, type RendererContext } from './renderer.js';

/**
 * @param surroundings what a pure function cannot know by itself: counts, entropy, the clock, and who is told
 * @param betweenWindows called now and then while a long text is cut into tokens, for a thread that lets others run
 */
export async function createRenderer(
  snapshot: ConfigurationSnapshot,
  surroundings: Omit<RendererContext, 'snapshot' | 'tokenizers'>,
  betweenWindows?: () => void,
): Promise<Renderer> {
  const tokenizers = await loadTokenizers(encodingsOf(snapshot), betweenWindows);
  return new Renderer({ ...surroundings, snapshot, tokenizers });
}

/** The encodings that the snapshot's models need, to be sent to another thread; they are loaded already where there is a renderer. */
export function loadEncodings(snapshot: ConfigurationSnapshot): Promise<Encoding[]> {
  return Promise.all([...new Set(encodingsOf(snapshot))].map(loadEncoding));
}

/**
 * The same as createRenderer() with encodings that another thread has loaded, at once.
 * @returns undefined where one is not among them
 */
export function rendererOf(
  snapshot: ConfigurationSnapshot,
  surroundings: Omit<RendererContext, 'snapshot' | 'tokenizers'>,
  encodings: ReadonlyMap<EncodingName, Encoding>,
): Renderer | undefined {
  const tokenizers = new Map<string, Tokenizer>();
  for (const name of new Set(encodingsOf(snapshot))) {
    const encoding = encodings.get(name);
    if (encoding === undefined) return undefined;
    tokenizers.set(name, tokenizerOf(encoding));
  }
  return new Renderer({ ...surroundings, snapshot, tokenizers });
}

/** Where every model name is accepted, those that nobody configured need the default encoding. */
function encodingsOf({ configuration, models }: ConfigurationSnapshot): EncodingName[] {
  const encodings = models.map((model) => model.encoding);
  if (configuration.simulation.unknown_models === 'accept') encodings.push(defaultModel('chat').encoding);
  return encodings;
}

async function loadTokenizers(
  encodings: readonly EncodingName[],
  betweenWindows?: () => void,
): Promise<Map<string, Tokenizer>> {
  const tokenizers = new Map<string, Tokenizer>();
  for (const encoding of new Set(encodings)) tokenizers.set(encoding, await loadTokenizer(encoding, betweenWindows));
  return tokenizers;
}
