/** The command line of `npm run verify:latency`. */
import { parseArgs } from 'node:util';
import type { TransportChoice } from '../../src/server/transport/select.js';

/** What is wrong with the server on purpose, so that one can see the verification fail. */
export type Plant = 'none' | 'slow' | 'swapped';

export interface VerifyOptions {
  readonly quick: boolean;
  readonly out: string;
  readonly json: boolean;
  readonly transport: TransportChoice;
  /** Stages whose names contain it. */
  readonly only: string;
  readonly attempts: number;
  readonly plant: Plant;
  readonly help: boolean;
}

export const HELP = `npm run verify:latency -- [options]

Starts a server, drives streams with an independent client and tests the measured times to first token and
inter-token latencies against the configured distributions. docs/latency-verification.md explains.

  --quick              the short form: some 15 seconds, judged on what the machine left undisturbed
  --out FOLDER         where the report goes (default: latency-report)
  --json               all figures as JSON on stdout instead of the table
  --transport NAME     auto, uws or node (default: auto)
  --only TEXT          stages whose names contain the text: distributions-100, distributions-5000, catalogue-100
  --attempts N         measure a stage up to N times while a bound is broken (default: 3 with --quick, else 2)
  --plant ERROR        serve a wrong configuration to see the verification fail:
                       slow (everything takes 3 % longer), swapped (each model has the next one's distributions)
  --help

Exit code: 0 every bound holds, 1 a bound is broken, 2 wrong usage, 3 the measurement could not be made,
4 the machine was too busy to judge.`;

const PLANTS: readonly Plant[] = ['none', 'slow', 'swapped'];
const TRANSPORTS: readonly TransportChoice[] = ['auto', 'uws', 'node'];
const ATTEMPTS_MAX = 10;

/** @throws Error that says what is wrong with the arguments */
export function parseOptions(args: readonly string[]): VerifyOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      out: { type: 'string', default: 'latency-report' },
      json: { type: 'boolean', default: false },
      transport: { type: 'string', default: 'auto' },
      only: { type: 'string', default: '' },
      attempts: { type: 'string' },
      plant: { type: 'string', default: 'none' },
      help: { type: 'boolean', default: false },
    },
  });
  const attempts = Number(values.attempts ?? (values.quick ? 3 : 2));
  if (!Number.isInteger(attempts) || attempts < 1 || attempts > ATTEMPTS_MAX) {
    throw new Error(`--attempts must be a whole number from 1 to ${ATTEMPTS_MAX}`);
  }
  return {
    ...values,
    attempts,
    transport: oneOf('--transport', values.transport, TRANSPORTS),
    plant: oneOf('--plant', values.plant, PLANTS),
  };
}

function oneOf<Choice extends string>(option: string, value: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined) throw new Error(`${option} must be one of ${choices.join(', ')}`);
  return choice;
}
