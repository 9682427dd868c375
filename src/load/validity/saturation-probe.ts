/**
 * Asks a node how it fares: `/health`, which every port of a simulator answers, and `/admin/stats` where something in between has a `/health`
 * of its own. Never throws: who is no simulator, or does not answer, is told apart by the result.
 */
import type { SaturationVerdict } from './saturation-judgement.js';

/** On a saturated node an answer may take seconds. */
const ANSWER_MS_MAX = 5_000;
/** More than any answer of these has: a node of a hundred processes needs less than half. */
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;

/** What a look found: a verdict, somebody else's answer, or none in time. */
export type ProbeFinding = SaturationVerdict | 'other' | 'silent';

export interface SaturationProbe {
  /** Asks once; the signal ends the asking. */
  look(signal?: AbortSignal): Promise<ProbeFinding>;
}

/**
 * @param url of the simulator, or of what stands in its place; only its origin counts
 * @param adminKey for /admin/stats
 */
export function createSaturationProbe(url: string, adminKey?: string): SaturationProbe {
  const paths = ['/health', '/admin/stats'];
  const headers: Record<string, string> = adminKey === undefined ? {} : { authorization: `Bearer ${adminKey}` };
  return {
    look: async (signal) => {
      let finding: ProbeFinding = 'silent';
      for (const path of paths) {
        finding = await ask(new URL(path, url), path === '/health' ? {} : headers, signal);
        if (finding === 'silent') return finding;
        if (finding === 'other') continue;
        // Where one of them has answered the other need not be asked again.
        paths.splice(0, paths.length, path);
        return finding;
      }
      return finding;
    },
  };
}

async function ask(url: URL, headers: Record<string, string>, signal?: AbortSignal): Promise<ProbeFinding> {
  const timeout = AbortSignal.timeout(ANSWER_MS_MAX);
  const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  try {
    const response = await fetch(url, { headers, redirect: 'manual', signal: either });
    return verdictOf(await textOf(response));
  } catch {
    return 'silent';
  }
}

/** The body, as far as ANSWER_BYTES_MAX. */
async function textOf({ body }: Response): Promise<string> {
  if (body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) break;
    text += decoder.decode(chunk, { stream: true });
  }
  return text;
}

function verdictOf(text: string): ProbeFinding {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return 'other';
  }
  const { saturated } = Object(document) as { saturated?: unknown };
  const { now, reasons, slip_p99_ms, slip_limit_ms } = Object(saturated) as { [key: string]: unknown };
  if (typeof now !== 'boolean' || !Array.isArray(reasons)) return 'other';
  return { now, reasons: reasons.map(String), slipP99Ms: Number(slip_p99_ms), slipLimitMs: Number(slip_limit_ms) };
}
