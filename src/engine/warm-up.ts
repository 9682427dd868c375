/**
 * Renders a few requests that nobody sent, before the thread says that it is ready: the first real ones would otherwise meet code that
 * the virtual machine has not compiled yet, and be planned tens of milliseconds late.
 */
import type { ConfigurationSnapshot } from '../config/snapshot.js';
import { endpoints } from '../providers/registry.js';
import type { Renderer } from './renderer.js';

/** Enough to have the hot functions compiled, few enough to cost a start some 20 ms. */
const WARM_UP_REQUESTS = 16;
const WARM_UP_TOKENS = 64;

/** Has no effect but compiled code: the requests carry a key, so they are not counted as seen. */
export function warmUp(renderer: Renderer, snapshot: ConfigurationSnapshot): void {
  const model = snapshot.models.find(({ kind }) => kind === 'chat');
  if (model === undefined) return;
  const messages = [{ role: 'user', content: 'Say something long, please.' }];
  const request = {
    model: model.name,
    messages,
    max_tokens: Math.min(WARM_UP_TOKENS, model.max_output_tokens),
    stream: true,
  };
  const body = new TextEncoder().encode(JSON.stringify(request));
  const endpoint = endpoints.findIndex((candidate) => candidate.endpoint.name === 'openai.chat.completions');
  for (let index = 0; index < WARM_UP_REQUESTS; index++) {
    renderer.render({
      slot: 0,
      generation: 0,
      endpoint,
      requestKey: `warm-up-${index}`,
      query: '',
      parameters: [],
      headers: [],
      recalled: undefined,
      body,
    });
  }
}
