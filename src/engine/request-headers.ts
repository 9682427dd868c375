/**
 * Which request headers cross to the workers: what a provider's endpoints read and what the reply rules match on. Both sides of the
 * ring take the names from here, so that values can travel without them.
 */
import { replyHeaderNames } from '../config/reply-texts.js';
import type { ConfigurationSnapshot } from '../config/snapshot.js';
import type { Provider } from '../providers/contract.js';

/** Lower-case names, each once, in the order in which their values are sent. */
export function requestHeaderNames(provider: Provider, { configuration }: ConfigurationSnapshot): readonly string[] {
  return [...new Set([...provider.requestHeaders, ...replyHeaderNames(configuration.replies)])];
}
