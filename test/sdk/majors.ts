/**
 * Runs the same cases with the newest and the previous major of an official SDK. Cases are typed once, against the newest: what the
 * majors share is what a case may use, and a case that only one of them can run asks for its `major`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'node:test';
import { packageRoot } from '../../src/kernel/package-root.js';

export interface SdkMajor {
  /** "openai 7.57.0". */
  readonly label: string;
  readonly major: number;
}

/**
 * What is installed under a name.
 * @param alias the folder in node_modules, where it is not the package's own name
 */
export function installed(name: string, alias = name): SdkMajor {
  const manifest = readFileSync(join(packageRoot, 'node_modules', alias, 'package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  return { label: `${name} ${version}`, major: Number.parseInt(version, 10) };
}

/** A describe block for each major. @throws Error when the majors are not two different ones */
export function describeEach<Sdk extends SdkMajor>(sdks: readonly Sdk[], declare: (sdk: Sdk) => void): void {
  const [newest, previous] = sdks.map(({ major }) => major);
  if (newest !== previous + 1)
    throw new Error(`not a major and the one before it: ${sdks.map(({ label }) => label).join(', ')}`);
  for (const sdk of sdks) describe(sdk.label, () => declare(sdk));
}
