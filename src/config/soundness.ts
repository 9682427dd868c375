/** Which parts of a configuration have been found wrong already, so that one mistake is reported once. */
import type { Finding, Path } from './problems.js';

/** Whether nothing at, above or below the path has been found wrong. */
export type Sound = (path: Path) => boolean;

export function soundness(findings: readonly Finding[]): Sound {
  return (path) =>
    findings.every((finding) => {
      const length = Math.min(finding.path.length, path.length);
      return finding.path.slice(0, length).some((segment, index) => segment !== path[index]);
    });
}
