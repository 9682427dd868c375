/** The configuration in effect as GET /admin/config shows it: every key and value, but for secrets. */
import { redacted } from '../../config/schema/marks.js';
import type { ConfigurationSnapshot } from '../../config/snapshot.js';

/**
 * `providers` are the names of the models that are served.
 * @param withModels whether `models` tells everything of each of them
 */
export function configurationDocument(
  snapshot: ConfigurationSnapshot,
  file: string | undefined,
  withModels: boolean,
): object {
  const { providers, ...sections } = redacted(snapshot.configuration) as { providers: { [name: string]: unknown } };
  const names = snapshot.models.map(({ name }) => name);
  return {
    generation: snapshot.generation,
    source: file ?? null,
    seed: snapshot.seed,
    ...sections,
    providers: names,
    ...(withModels ? { models: Object.fromEntries(names.map((name) => [name, providers[name]])) } : {}),
  };
}
