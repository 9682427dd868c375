/**
 * Which request headers cross to the workers: what a provider's endpoints read, what the reply rules match on, and the simulator's own. Both
 * sides of the ring take the names from here, so that values can travel without them.
 */
import { replyHeaderNames } from '../config/reply-texts.js';
import type { ConfigurationSnapshot } from '../config/snapshot.js';
import type { Provider } from '../providers/contract.js';

/** A load generator numbers its requests with it. */
export const REQUEST_KEY_HEADER = 'x-llm-sim-request-id';
/** Of a request: `1` or `true` asks for the header of the same name, which tells what is planned. */
export const PLAN_HEADER = 'x-llm-sim-plan';

/** Lower-case names, each once, in the order in which their values are sent. */
export function requestHeaderNames(provider: Provider, { configuration }: ConfigurationSnapshot): readonly string[] {
  return [...new Set([...provider.requestHeaders, ...replyHeaderNames(configuration.replies), PLAN_HEADER])];
}
