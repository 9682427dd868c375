/** One way to harm a node, and what must come of it. */

export interface ChaosSetting {
  /** What runs the command: arguments for node. */
  readonly command: readonly string[];
  /** Takes files of the node. */
  readonly folder: string;
  readonly transport: string;
  /** Open at a time. */
  readonly streams: number;
  /** How long a node may take to heal; undefined where the machine is not quiet enough to judge. */
  readonly healMsMax: number | undefined;
}

export interface ChaosResult {
  readonly figures: { readonly [name: string]: number | string };
  /** In words; none when every promise was kept. */
  readonly defects: readonly string[];
}

export interface Experiment {
  readonly name: string;
  /** What is done. */
  readonly what: string;
  readonly run: (setting: ChaosSetting) => Promise<ChaosResult>;
}

/** Gathers what does not hold. */
export class Verdict {
  readonly defects: string[] = [];
  readonly figures: { [name: string]: number | string } = {};

  check(holds: boolean, defect: string): void {
    if (!holds) this.defects.push(defect);
  }

  equal(actual: number, expected: number, what: string): void {
    this.check(actual === expected, `${what}: ${actual}, not ${expected}`);
  }

  /** Notes how long it took, and holds it against the limit if there is one. */
  healed(name: string, ms: number, { healMsMax }: ChaosSetting): void {
    this.figures[name] = ms;
    this.check(healMsMax === undefined || ms <= healMsMax, `${name} is ${ms} ms, more than ${healMsMax}`);
  }
}
