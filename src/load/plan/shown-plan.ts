/** A plan as others may see it: without keys, in whichever place they were given. It is a plan still. */
import { SECRET_HEADERS } from '../../config/secret-headers.js';
import type { PlanDocument } from './schema.js';

export function shownPlan(document: PlanDocument): unknown {
  const { api_key: _, headers, url, ...others } = document.target;
  const shown = Object.entries(headers).filter(([name]) => !SECRET_HEADERS.has(name.toLowerCase()));
  return { ...document, target: { url: withoutCredentials(url), ...others, headers: Object.fromEntries(shown) } };
}

/** A URL without the name and password that it may hold, which no request is sent with. */
export function withoutCredentials(url: string): string {
  return url.replace(/^(https?:\/\/)[^/]*@/, '$1');
}
