/** Plans for tests: of a YAML text and settings, as the command line reads them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { ConfigurationFailure } from '../../../src/config/problems.js';
import { loadVocabulary } from '../../../src/load/assertions/load-vocabulary.js';
import { parseAssertions } from '../../../src/load/assertions/parse.js';
import { type PlanRequest, type ReadPlan, readPlan } from '../../../src/load/plan/read-plan.js';

const folder = mkdtempSync(join(tmpdir(), 'load-plan-'));
after(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;

/** A file with this text; its path. */
export function fileOf(text: string, name = `plan-${files++}.yaml`): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

export const url = { path: ['target', 'url'], value: 'http://127.0.0.1:1', origin: '--url' };

/** The plan of a YAML text. */
export function planOfText(text: string, request: Partial<PlanRequest> = {}): ReadPlan {
  return planOf({ file: fileOf(text), ...request });
}

export function planOf(request: Partial<PlanRequest> = {}): ReadPlan {
  return readPlan({
    settings: [url],
    mixSettings: [],
    assertions: [],
    assertionProblems: (texts, mixNames) => parseAssertions(texts, loadVocabulary(mixNames)).problems,
    cores: 2,
    ...request,
  });
}

/** The problems of a plan that is wrong, as `LINE:COLUMN path: message`, those of flags with the flag's name in front. */
export function problemsOf(make: () => unknown): string[] {
  try {
    make();
  } catch (error) {
    if (!(error instanceof ConfigurationFailure)) throw error;
    return error.problems.map(({ origin, path, message, suggestion }) => {
      const place =
        origin.kind === 'file' ? `${origin.line}:${origin.column}` : origin.kind === 'flag' ? origin.flag : origin.kind;
      return `${place} ${path}: ${message}${suggestion === undefined ? '' : `. ${suggestion}`}`;
    });
  }
  throw new Error('the plan was taken');
}
