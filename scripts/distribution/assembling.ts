/**
 * Makes the folder that runs: the compiled program, its configuration, and of its dependencies what a server reads. The image and the
 * tarball are both made of it, so what is tested of one holds for the other.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../src/kernel/package-root.js';
import { type BillOfMaterials, billOf } from './bill-of-materials.js';
import { installedPackages } from './installed-packages.js';
import { prune, type Target } from './pruning.js';

export interface Assembly {
  /** The folder, which must not exist. */
  readonly to: string;
  readonly target: Target;
  /** The commit's time, s since 1970; undefined where nobody knows. */
  readonly epochSecs: number | undefined;
  /** Version of the Node that will lie beside it; undefined where it comes from elsewhere. */
  readonly node?: string | undefined;
}

/** The bill of materials in the folder. */
export const BILL_FILE = 'sbom.cdx.json';

/** What is taken as it is, beside the compiled program and its dependencies. */
const COPIED = ['LICENSE', 'README.md', 'config', 'docs/openapi.json'];
/** What a program needs to know of its package; scripts and what only development needs would be wrong there. */
const MANIFEST_KEYS = 'version description license type engines bin dependencies optionalDependencies'.split(' ');
const NPM_MS_MAX = 10 * 60_000;
const COMPILE_MS_MAX = 5 * 60_000;

/** @throws Error when a step fails */
export function assemble({ epochSecs, node, target, to }: Assembly): void {
  if (existsSync(to)) throw new Error(`${to} exists already`);
  mkdirSync(to, { recursive: true });
  const manifest = readManifest();
  const listed = installDependencies(to, target, manifest);
  prune(join(to, 'node_modules'), target);
  requireBinary(to, target);
  compile(join(to, 'dist'));
  for (const path of COPIED) {
    mkdirSync(dirname(join(to, path)), { recursive: true });
    cpSync(join(packageRoot, path), join(to, path), { recursive: true });
  }
  const packages = new Set(installedPackages(join(to, 'node_modules')));
  writeJson(join(to, BILL_FILE), billOf(listed, { packages, name: manifest.name, epochSecs, node }));
}

/** Installs exactly what the lock file says, for the target's platform, and returns what npm says of it. */
function installDependencies(to: string, { arch, platform }: Target, manifest: object): BillOfMaterials {
  for (const name of ['package.json', 'package-lock.json']) cpSync(join(packageRoot, name), join(to, name));
  const npm = (...args: string[]) =>
    execFileSync('npm', args, {
      cwd: to,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      timeout: NPM_MS_MAX,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  const platformFlags = [`--os=${platform}`, `--cpu=${arch}`, '--libc=glibc'];
  npm('ci', '--omit=dev', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', ...platformFlags);
  rmSync(join(to, 'package-lock.json'));
  // npm would miss what only development needs.
  writeJson(join(to, 'package.json'), manifest);
  const listed = npm('sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--omit', 'dev');
  return JSON.parse(listed);
}

/** Without it the server would start all the same, on the slower transport. */
function requireBinary(to: string, { abi, arch, platform }: Target): void {
  const path = `node_modules/uWebSockets.js/uws_${platform}_${arch}_${abi}.node`;
  if (!existsSync(join(to, path))) throw new Error(`there is no ${path}: uWebSockets.js has no build for this Node`);
}

/** Apart from dist/, which others may be using and which may hold what has no source any more. */
function compile(to: string): void {
  const compiler = join(packageRoot, 'node_modules/.bin/tsc');
  const options = ['--outDir', to, '--declaration', 'false', '--incremental', 'false', '--tsBuildInfoFile', 'null'];
  execFileSync(compiler, ['-p', 'tsconfig.build.json', ...options], {
    cwd: packageRoot,
    timeout: COMPILE_MS_MAX,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

function readManifest(): { readonly name: string } {
  const whole = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
  return { name: whole.name, ...Object.fromEntries(MANIFEST_KEYS.map((key) => [key, whole[key]])) };
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, `${JSON.stringify(value, undefined, 2)}\n`);
}
