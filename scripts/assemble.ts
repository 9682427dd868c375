/** `tsx scripts/assemble.ts`: makes the folder that the image holds. The Dockerfile runs it. */
import { parseArgs } from 'node:util';
import { assemble } from './distribution/assembling.js';
import { commitTime } from './distribution/commit-time.js';

const HELP = `tsx scripts/assemble.ts --to FOLDER [--arch x64|arm64|amd64] [--abi N]

Compiles the program into FOLDER, which must not exist, and installs beside it what a server reads of its dependencies.

  --arch   what it will run on; this machine's unless given
  --abi    version of that Node's native modules (process.versions.modules); this Node's unless given

Exit code: 0 success, 1 a step failed, 2 the command line is wrong.`;

/** What container builders call them. */
const ARCHITECTURES: { readonly [name: string]: string } = { amd64: 'x64', x64: 'x64', arm64: 'arm64' };

process.exitCode = main(process.argv.slice(2));

function main(args: string[]): number {
  let to: string;
  let arch: string;
  let abi: string;
  try {
    const { values } = parseArgs({
      args,
      options: {
        to: { type: 'string' },
        arch: { type: 'string', default: process.arch },
        abi: { type: 'string', default: process.versions.modules },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      console.log(HELP);
      return 0;
    }
    if (values.to === undefined) throw new Error('--to FOLDER is missing');
    // A builder that does not say what it builds for gives an empty text.
    const known = ARCHITECTURES[values.arch || process.arch];
    if (known === undefined) throw new Error(`--arch is x64 or arm64, not ${values.arch}`);
    ({ to, abi } = { to: values.to, abi: values.abi });
    arch = known;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
  try {
    assemble({ to, target: { platform: 'linux', arch, abi }, epochSecs: commitTime(process.env) });
    return 0;
  } catch (error) {
    console.error(`assemble: ${(error as Error).message}`);
    return 1;
  }
}
