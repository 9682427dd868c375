/**
 * A generator derives files from the sources. Generated files are committed, so that they can be read and served without
 * running anything; `npm run generate:check` fails when one is stale.
 */
export interface GeneratedFile {
  /** Relative to the package's root. */
  readonly path: string;
  readonly content: string;
}

export type Generator = () => GeneratedFile[];

/** The same, of what has to be waited for. */
export type SlowGenerator = () => Promise<GeneratedFile[]>;
