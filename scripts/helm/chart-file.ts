/** Chart.yaml: the chart has the version of the simulator that it installs. */
import { packageVersion } from '../../src/kernel/package-root.js';

export function chartFile(): string {
  return `# Generated from package.json by \`npm run generate\`: do not edit.
apiVersion: v2
name: llm-simulator
description: Offline, deterministic server that imitates LLM HTTP APIs with realistic timing
type: application
version: ${packageVersion}
appVersion: "${packageVersion}"
kubeVersion: ">=1.29.0-0"
home: https://github.com/llm-devops/llm-simulator
sources:
  - https://github.com/llm-devops/llm-simulator
keywords:
  - llm
  - openai
  - simulator
  - load-testing
maintainers:
  - name: LLM-Simulator
    url: https://github.com/llm-devops/llm-simulator
annotations:
  artifacthub.io/license: Apache-2.0
`;
}
