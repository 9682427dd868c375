/** What holds of an image that does not run: what it adds to its base, what it says of itself, and that its commands work. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageVersion } from '../../src/kernel/package-root.js';
import { installedPackages } from '../distribution/installed-packages.js';
import type { Check } from './check.js';
import { Container } from './container.js';
import { type Image, userOf } from './image.js';

/** What the image may add to its base, in bytes of files. */
const ADDED_BYTES_MAX = 40 * 1024 * 1024;
const PROGRAM = '/opt/llm-simulator';
const CONFIGURATION_EXIT_CODE = 3;

/** @param base the file system of the image that it is built on; scratch a folder for files that are mounted */
export function checksAtRest(image: Image, base: string, scratch: string): readonly Check[] {
  const { configuration, root } = image;
  const program = join(root, PROGRAM);
  return [
    {
      promise: `what is added to the base image is at most ${ADDED_BYTES_MAX / 2 ** 20} MB`,
      verify: () => {
        const added = sizeOf(root) - sizeOf(base);
        const figure = `${(added / 2 ** 20).toFixed(1)} MB`;
        assert.ok(added > 0 && added <= ADDED_BYTES_MAX, `${figure} are added`);
        return figure;
      },
    },
    {
      promise: 'it runs as another user than root, with node as its first process, and ends by SIGTERM',
      verify: () => {
        assert.deepEqual(userOf(image), { uid: '1000', gid: '1000' });
        assert.equal(configuration.Entrypoint[0], 'node');
        assert.deepEqual(configuration.Cmd, ['serve']);
        assert.equal(configuration.StopSignal, 'SIGTERM');
        assert.equal(configuration.WorkingDir, '/app');
        return undefined;
      },
    },
    {
      promise: 'it says what it is: labels, ports, a health check without a shell',
      verify: () => {
        assert.deepEqual(Object.keys(configuration.ExposedPorts).sort(), ['8080/tcp', '9090/tcp']);
        assert.equal(configuration.Labels['org.opencontainers.image.version'], packageVersion);
        assert.equal(configuration.Labels['org.opencontainers.image.licenses'], 'Apache-2.0');
        assert.match(configuration.Labels['org.opencontainers.image.source'] as string, /^https:/);
        assert.deepEqual(configuration.Healthcheck.Test.slice(0, 2), ['CMD', 'node']);
        return undefined;
      },
    },
    {
      promise: 'it has the binary of one platform, and neither sources, source maps nor secrets of the builder',
      verify: () => {
        const files = readdirSync(program, { recursive: true }).map(String);
        assert.equal(files.filter((path) => /uws_.*\.node$/.test(path)).length, 1);
        assert.deepEqual(
          files.filter((path) => /\.(ts|map)$|(^|\/)\.npmrc$/.test(path)),
          [],
        );
        for (const path of ['/root/.npmrc', '/root/.npm', '/build']) assert.ok(!existsSync(join(root, path)), path);
        assert.ok(!configuration.Env.some((pair) => /npm_|CERT|proxy/i.test(pair)), configuration.Env.join(' '));
        return undefined;
      },
    },
    { promise: 'its bill of materials names every package that is in it', verify: () => verifyBill(program) },
    {
      promise: 'everything that it can load loads',
      verify: async () => {
        const text = readFileSync(join(import.meta.dirname, '../distribution/load-everything.js'), 'utf8');
        const flags = ['--experimental-import-meta-resolve', '--no-warnings', '--input-type=module', '--eval', text];
        const loading: Image = { root, configuration: { ...configuration, Entrypoint: ['node'] } };
        const { code, stderr, stdout } = await Container.run(loading, { command: [...flags, PROGRAM] });
        assert.equal(code, 0, stderr);
        return stdout.trim();
      },
    },
    {
      promise: 'its commands work, and a mounted configuration is the one that they read',
      verify: async () => {
        const version = await Container.run(image, { command: ['--version'] });
        assert.deepEqual([version.code, version.stdout], [0, `${packageVersion}\n`], version.stderr);
        const valid = await Container.run(image, { command: ['validate'] });
        assert.match(valid.stdout, /^\/app\/config\/simulator\.yaml is valid/, valid.stderr);
        const file = join(scratch, 'wrong.yaml');
        writeFileSync(file, 'server: { prot: 1 }\n');
        const wrong = await Container.run(image, { configuration: file });
        assert.equal(wrong.code, CONFIGURATION_EXIT_CODE, wrong.stderr);
        assert.match(wrong.stderr, /prot/);
        return undefined;
      },
    },
  ];
}

/** Bytes of all files, on one file system, each counted once. */
function sizeOf(folder: string): number {
  const output = execFileSync('du', ['--summarize', '--apparent-size', '--block-size=1', '--one-file-system', folder]);
  return Number(output.toString().split('\t')[0]);
}

function verifyBill(program: string): string {
  const bill = JSON.parse(readFileSync(join(program, 'sbom.cdx.json'), 'utf8'));
  assert.deepEqual([bill.bomFormat, bill.metadata.component.version], ['CycloneDX', packageVersion]);
  const listed: string[] = bill.components.map((component: { [key: string]: string }) => component['bom-ref']);
  const there = installedPackages(join(program, 'node_modules'));
  assert.ok(there.length > 20, `${there.length} packages`);
  assert.deepEqual([...new Set(listed)].sort(), [...new Set(there)].sort());
  return `${listed.length} packages`;
}
