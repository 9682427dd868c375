/** One thing that has to hold of an image: a sentence, and what throws when it does not hold. */
export interface Check {
  readonly promise: string;
  /** Resolves with a figure that is worth a look, or with nothing. */
  readonly verify: () => Promise<string | undefined> | string | undefined;
}
