/** A comparison of a real simulator with itself, or with a gateway of known behaviour in front of it. */
import { type Behaviour, startGateway, type TestGateway } from '../../../bench/compare/known-gateway.js';
import { machineClock } from '../../../src/kernel/clock.js';
import { createClient } from '../../../src/load/client/client.js';
import { type CompareOptions, comparePaths } from '../../../src/load/compare/compare-paths.js';
import type { CompareResult } from '../../../src/load/compare/result.js';
import type { LoadPlan, MixEntry } from '../../../src/load/contract.js';
import { comparedPlan } from './compared-plan.js';

const TIMEOUT_MS = 5_000;
export const PAIRS = 12;

export interface Comparison {
  /** Of the gateway; without it the simulator is compared with itself. */
  readonly behaviour?: Behaviour;
  readonly entry?: Partial<MixEntry>;
  readonly plan?: Partial<LoadPlan>;
  readonly options?: Partial<CompareOptions>;
  readonly pairs?: number;
  readonly timeoutMs?: number;
}

export interface Compared {
  readonly result: CompareResult;
  readonly gateway: TestGateway | undefined;
}

export async function comparedAt(
  simulatorUrl: string,
  { behaviour, entry = {}, plan: changes = {}, options = {}, pairs = PAIRS, timeoutMs = TIMEOUT_MS }: Comparison,
): Promise<Compared> {
  const gateway = behaviour === undefined ? undefined : await startGateway(simulatorUrl, behaviour);
  const clock = machineClock();
  const plan = { ...comparedPlan(simulatorUrl, entry, TIMEOUT_MS / 1_000), ...changes };
  try {
    const result = await comparePaths(plan, {
      direct: { target: plan.target },
      gateway: { target: { ...plan.target, url: gateway?.url ?? simulatorUrl } },
      pairs,
      concurrency: 4,
      warmUpPairs: 4,
      marks: true,
      upstream: { url: simulatorUrl },
      describedPlan: [],
      createSender: (target, originUs) => createClient({ target, originUs, clock, requestTimeoutMs: timeoutMs }),
      nowUs: () => clock.nowUs(),
      ...options,
    });
    return { result, gateway };
  } finally {
    await gateway?.stop();
  }
}
