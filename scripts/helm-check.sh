#!/bin/sh
# Checks the Helm chart with the tools themselves: lints it, renders it with every value set of its ci folder, validates every object against
# Kubernetes' schemas, scans it, packs it, runs its release test against a real server, and compares it with k8s/. Each check is a test in
# test/helm, which `npm test` skips without the tools.
#
#   npm run build && scripts/helm-check.sh [SELECTOR...]
#
# Builds Helm and kustomize from the Go module proxy and installs the Python tools the first time: some four minutes; half a minute from then on.
set -eu

project=$(cd "$(dirname "$0")/.." && pwd -P)
cd "$project"
[ -f dist/src/main.js ] || { echo 'helm-check: there is no build: npm run build' >&2; exit 69; }

LLM_SIM_TEST_HELM=$(scripts/go-tool.sh helm.sh/helm/v3/cmd/helm v3.22.0)
LLM_SIM_TEST_KUSTOMIZE=$(scripts/go-tool.sh sigs.k8s.io/kustomize/kustomize/v5 v5.8.1)
LLM_SIM_TEST_KUBERNETES_TOOLS=$(scripts/python-tools.sh scripts/kubernetes/requirements.txt)
export LLM_SIM_TEST_HELM LLM_SIM_TEST_KUSTOMIZE LLM_SIM_TEST_KUBERNETES_TOOLS

[ $# -gt 0 ] || set -- test/helm/
exec node scripts/run-tests.js "$@"
