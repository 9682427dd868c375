/** `npm run package`: makes the tarball that runs without anything installed, its bill of materials and checksums. */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot, packageVersion } from '../src/kernel/package-root.js';
import { pack, writeChecksums } from './distribution/archive.js';
import { assemble, BILL_FILE } from './distribution/assembling.js';
import { commitTime } from './distribution/commit-time.js';

const HELP = `npm run package [-- --to FOLDER]

Makes llm-simulator-linux-x64.tar.gz (or -arm64, on such a machine): Node, the program and its dependencies, the configuration, the unit
for systemd; beside it llm-simulator-linux-x64.cdx.json, its bill of materials, and SHA256SUMS. The same commit gives the same bytes.

  --to   where they go; release/ unless given

Needs Linux, npm, GNU tar and gzip. SOURCE_DATE_EPOCH replaces the commit's time.
Exit code: 0 success, 1 a step failed, 2 the command line is wrong.`;

/** Of Node that is shipped. */
const NODE_MAJOR = '24';
const NODE_MS_MAX = 5 * 60_000;

process.exitCode = main(process.argv.slice(2));

function main(args: string[]): number {
  let to: string;
  try {
    const options = {
      to: { type: 'string', default: 'release' },
      help: { type: 'boolean', short: 'h', default: false },
    } as const;
    const { values } = parseArgs({ args, options });
    if (values.help) {
      console.log(HELP);
      return 0;
    }
    to = resolve(values.to);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
  const work = mkdtempSync(join(tmpdir(), 'llm-simulator-package-'));
  process.once('exit', () => rmSync(work, { recursive: true, force: true }));
  try {
    for (const path of makePackage(to, work)) console.log(path);
    return 0;
  } catch (error) {
    console.error(`package: ${(error as Error).message}`);
    return 1;
  }
}

/** @returns the paths that were written */
function makePackage(to: string, work: string): string[] {
  const epochSecs = commitTime(process.env);
  if (epochSecs === undefined) throw new Error('there is no repository to take the time from: set SOURCE_DATE_EPOCH');
  const run = (program: string, ...args: string[]) =>
    execFileSync(program, args, {
      encoding: 'utf8',
      timeout: NODE_MS_MAX,
      stdio: ['ignore', 'pipe', 'inherit'],
    }).trim();
  const binaries = run(join(packageRoot, 'scripts/node-binary.sh'), NODE_MAJOR);
  const node = join(binaries, 'node');
  const [abi, version] = run(node, '-p', 'process.versions.modules + " " + process.versions.node').split(' ');

  const tree = join(work, 'tree');
  const folder = join(tree, `llm-simulator-${packageVersion}`);
  assemble({ to: folder, target: { platform: 'linux', arch: process.arch, abi }, epochSecs, node: version });
  cpSync(node, join(folder, 'node'));
  chmodSync(join(folder, 'node'), 0o755);
  cpSync(join(binaries, 'LICENSE'), join(folder, 'LICENSE.node'));
  cpSync(join(packageRoot, 'deploy/systemd/llm-simulator.service'), join(folder, 'llm-simulator.service'));
  const launcher = readFileSync(join(packageRoot, 'deploy/binary/llm-simulator'), 'utf8');
  writeFileSync(join(tree, 'llm-simulator'), launcher.replaceAll('@VERSION@', packageVersion), { mode: 0o755 });

  mkdirSync(to, { recursive: true });
  const name = join(to, `llm-simulator-linux-${process.arch}`);
  const [archive, bill, checksums] = [`${name}.tar.gz`, `${name}.cdx.json`, join(to, 'SHA256SUMS')];
  pack(tree, archive, epochSecs);
  cpSync(join(folder, BILL_FILE), bill);
  writeChecksums(checksums, [archive, bill]);
  return [archive, bill, checksums];
}
