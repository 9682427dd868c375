/**
 * What rate limits that are far away cost the main thread: 1,000 requests of one API key, 5,000 a second, are admitted from a lease, get the
 * provider's headers, and end with other tokens than they were admitted with. Asks and answers between holder and keeper are part of it,
 * the way between two processes is not.
 */
import type { Bench } from 'tinybench';
import { demandOf, settlementOf } from '../../src/limits/demand.js';
import { LimitBook } from '../../src/limits/limit-book.js';
import { LimitRules } from '../../src/limits/limit-rules.js';
import { openai } from '../../src/providers/openai/index.js';
import { LimitGrantor } from '../../src/server/limits/limit-grantor.js';
import { LimitHolder } from '../../src/server/limits/limit-holder.js';

const REQUESTS = 1_000;
const GAP_US = 200;
const CAPS = { requests_per_minute: 10_000_000, tokens_per_minute: 10_000_000_000, concurrent_requests: 1_000_000 };
const DEMANDED = { tokens: 1_000, inputTokens: 400, outputTokens: 600 };
const USED = { tokens: 700, inputTokens: 400, outputTokens: 300 };

export function register(bench: Bench): void {
  let nowUs = 0;
  const grantor = new LimitGrantor(new LimitBook('token_bucket'), 'token_bucket', () => nowUs);
  const holder = new LimitHolder({
    keeper: { exchange: async (asks) => grantor.exchange('0', asks) },
    nowUs: () => nowUs,
    onFailure: 'closed',
    onDecision: () => {},
  });
  const settings = {
    tiers: { all: { per: 'key', limits: [{ models: ['*'], ...CAPS }] } },
    keys: [],
    default_tier: 'all',
  } as const;
  const rules = new LimitRules(settings, ['gpt-4o'], undefined, (key) => key);

  for (const withHeaders of [false, true]) {
    const name = `limits: ${REQUESTS} requests within limits${withHeaders ? ', with headers' : ''}`;
    bench.add(name, async () => {
      for (let request = 0; request < REQUESTS; request++) {
        nowUs += GAP_US;
        const scope = rules.scopeOf('sk-key', 0, 'model');
        if (scope === undefined) throw new Error('the key has no scope');
        const decision = holder.admit(scope, demandOf(DEMANDED), request);
        if (decision !== 'admitted') {
          await new Promise(setImmediate);
          continue;
        }
        if (withHeaders) openai.rateLimitHeaders({ standings: holder.standings(scope), unixMs: nowUs });
        holder.release(scope, settlementOf(DEMANDED, USED), nowUs);
      }
    });
  }
}
