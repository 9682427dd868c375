/** A session's name is shown by the admin API, so no header that carries a key may give it. */
import type { Finding } from './problems.js';
import type { Configuration } from './schema/configuration.js';
import { SECRET_HEADERS } from './secret-headers.js';
import type { Sound } from './soundness.js';

export function sessionFindings({ simulation }: Configuration, sound: Sound): Finding[] {
  const path = ['simulation', 'sessions', 'header'];
  if (!sound(path)) return [];
  const value = simulation.sessions.header;
  if (!SECRET_HEADERS.has(value.toLowerCase())) return [];
  return [
    { path, part: 'value', value, message: 'must not be a header that carries a key: sessions are shown by name' },
  ];
}
