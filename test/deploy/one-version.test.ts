/** One number for everything that a release publishes: what names a version names that of package.json. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { packageRoot, packageVersion } from '../../src/kernel/package-root.js';

/** Each file with the places in it that name the version, as the only group of an expression. */
const NAMED: readonly (readonly [path: string, place: RegExp])[] = [
  ['package-lock.json', /^ {2}"version": "(.*)",$/gm],
  ['Dockerfile', /^ARG VERSION=(.*)$/gm],
  ['deploy/compose/compose.yaml', /llm-simulator:\$\{LLM_SIMULATOR_VERSION:-(.*)\}/g],
  ['deploy/compose/.env.example', /LLM_SIMULATOR_VERSION=(.*)$/gm],
  ['deploy/helm/llm-simulator/Chart.yaml', /^version: (.*)$/gm],
  ['deploy/helm/llm-simulator/Chart.yaml', /^appVersion: "(.*)"$/gm],
  ['k8s/base/deployment.yaml', /image: ghcr\.io\/llm-devops\/llm-simulator:(.*)$/gm],
  ['k8s/base/kustomization.yaml', /app\.kubernetes\.io\/version: "(.*)"/g],
  ['docs/openapi.json', /^ {2}"version": "(.*)",$/gm],
];

describe(`everything names version ${packageVersion}`, () => {
  for (const [path, place] of NAMED) {
    test(`${path}: ${place.source}`, () => {
      const named = [...readFileSync(join(packageRoot, path), 'utf8').matchAll(place)].map(([, version]) => version);
      assert.ok(named.length > 0, 'no version is named there');
      assert.deepEqual([...new Set(named)], [packageVersion]);
    });
  }
});
