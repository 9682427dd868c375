#!/bin/sh
# Runs the tests of the official Python SDKs (test/sdk/python) against the built program:
#
#   npm run build && scripts/python-sdk-tests.sh [UNITTEST-ARGUMENT...]
#
# The SDKs lie in a virtual environment that is made once and reused until test/sdk/python/requirements.txt or Python changes, in
# ${XDG_CACHE_HOME:-$HOME/.cache}/llm-simulator/python-<checksum>. Where there is no Python 3.11 with venv, or no package registry to
# make the environment from, the tests are skipped with a message and the exit code is 0.
set -eu

python=${PYTHON:-python3}
project=$(cd "$(dirname "$0")/.." && pwd -P)
tests=$project/test/sdk/python
requirements=$tests/requirements.txt
start_secs_max=60

say() { echo "python-sdk-tests: $*" >&2; }
skip() { say "skipped: $*"; exit 0; }
fail() { say "$*"; exit 1; }

work=$(mktemp -d)
server=''
end() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

command -v "$python" >/dev/null || skip "there is no $python"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || skip "$("$python" --version) is older than 3.11"
[ -f "$project/dist/src/main.js" ] || fail 'there is no build: npm run build'

checksum=$({ cat "$requirements"; "$python" --version; } | cksum | cut -d' ' -f1)
environment=${XDG_CACHE_HOME:-$HOME/.cache}/llm-simulator/python-$checksum

# Written into the environment last: it is complete when this file is there.
marker=$environment/.llm-simulator-complete

make_environment() {
  say "making $environment (half a minute)"
  rm -rf "$environment"
  mkdir -p "$(dirname "$environment")"
  "$python" -m venv "$environment" >"$work/venv.log" 2>&1 || { rm -rf "$environment"; skip "$python cannot make a virtual environment: $(tail -n 1 "$work/venv.log")"; }
  if ! "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements" >"$work/pip.log" 2>&1; then
    rm -rf "$environment"
    # Without a registry pip finds no version at all of the first package; a mistake in the requirements looks different.
    grep -q 'from versions: none' "$work/pip.log" && skip 'no package registry is at hand'
    cat "$work/pip.log" >&2
    fail 'the requirements cannot be installed'
  fi
  : >"$marker"
}
[ -f "$marker" ] || make_environment

LLM_SIM__TELEMETRY__METRICS__PROMETHEUS_PORT=0 LLM_SIM__TELEMETRY__LOGGING__LEVEL=error \
  LLM_SIM__SERVER__LAME_DUCK_SECS=0 node "$project/dist/src/main.js" serve --config "$tests/simulator.yaml" --host 127.0.0.1 --port 0 >"$work/stdout" 2>"$work/stderr" &
server=$!
waited=0
until grep -q ' listens on http' "$work/stderr"; do
  kill -0 "$server" 2>/dev/null || { cat "$work/stderr" "$work/stdout" >&2; fail 'the simulator did not start'; }
  [ "$waited" -lt $((start_secs_max * 10)) ] || fail "the simulator did not start within $start_secs_max s"
  waited=$((waited + 1))
  sleep 0.1
done
LLM_SIMULATOR_URL=$(sed -n 's/.* listens on \(http[^ ]*\).*/\1/p' "$work/stderr")
export LLM_SIMULATOR_URL

# A proxy, or a key of the caller's, has no business here.
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
unset OPENAI_API_KEY OPENAI_BASE_URL ANTHROPIC_API_KEY ANTHROPIC_AUTH_TOKEN ANTHROPIC_BASE_URL GEMINI_API_KEY GOOGLE_API_KEY

[ $# -gt 0 ] || set -- discover --start-directory "$tests"
cd "$tests"
status=0
PYTHONDONTWRITEBYTECODE=1 "$environment/bin/python" -m unittest "$@" 2>"$work/tests" || status=$?
cat "$work/tests" >&2
# Before Python 3.12 a run without tests is a success.
grep -Eq '^Ran [1-9][0-9]* tests? in ' "$work/tests" || fail 'no test ran'
exit "$status"
