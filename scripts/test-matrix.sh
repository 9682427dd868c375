#!/bin/sh
# Runs the tests on one combination of Node and system:
#
#   scripts/test-matrix.sh [--node 20|22|24] [--root host|debian13] [--selection all|runtime|core] [-- SELECTOR...]
#
#   --node       major version, see node-binary.sh; 20 unless given
#   --root       host: the system at hand, where uWebSockets.js may not load; debian13: see debian13-root.sh, with both transports. host
#                unless given
#   --selection  all: everything; runtime: what can depend on Node's version or on the transport; core: the part of that which uses
#                Node and the transport directly, without nodes of several processes. all unless given
#
# SELECTORs are substrings of the test files' paths, instead of a selection. LLM_SIM_TEST_TRANSPORTS says which transports are tried;
# unless it is set, that is all that must load there. A few files that fail run again
# by themselves (see run-tests.js). Exits with what the tests exit with.
set -eu

project=$(cd "$(dirname "$0")/.." && pwd -P)
node_major=20
root=host
selection=all
transports=${LLM_SIM_TEST_TRANSPORTS:-}

# What uses Node's own parts or the transport in ways that differ between versions: HTTP parsing and sockets, threads, timers, the package as
# its users import it, and the golden replies, which are to be the same bytes everywhere; and with it processes, signals and what clients
# see under faults. Left out are the shapes of replies, the checks of configurations and all pure functions: they say the same on any Node.
core_selection='test/server/ test/runtime/ test/process/ test/library/ test/golden/ test/telemetry/ test/kernel/ test/http/transport/
  test/http/conservation test/http/thread test/http/event-stream test/http/operations test/load/client/ test/load/generator/'
runtime_selection="$core_selection test/cluster/ test/chaos/ test/cli/serve test/redis/ test/sdk/ test/http/accept
  test/http/determinism test/http/drain test/http/faults/ test/http/hostile test/http/saturation test/http/timing"

fail() { echo "test-matrix: $*" >&2; exit 64; }

while [ $# -gt 0 ]; do
  case $1 in
    --node) [ $# -ge 2 ] || fail '--node needs a major version'; node_major=$2; shift 2 ;;
    --root) [ $# -ge 2 ] || fail '--root needs host or debian13'; root=$2; shift 2 ;;
    --selection) [ $# -ge 2 ] || fail '--selection needs all, runtime or core'; selection=$2; shift 2 ;;
    --) shift; break ;;
    *) fail "unknown argument: $1" ;;
  esac
done

if [ $# -eq 0 ]; then
  case $selection in
    all) ;;
    # shellcheck disable=SC2086 # a list of words
    runtime) set -- $runtime_selection ;;
    # shellcheck disable=SC2086
    core) set -- $core_selection ;;
    *) fail "--selection is all, runtime or core, not $selection" ;;
  esac
fi

cd "$project"
case $root in
  host)
    binaries=$(scripts/node-binary.sh "$node_major")
    exec env PATH="$binaries:$PATH" LLM_SIM_TEST_TRANSPORTS="${transports:-node}" npm test -- --rerun-failed "$@"
    ;;
  debian13)
    exec scripts/debian13-root.sh --node "$node_major" -- env LLM_SIM_TEST_TRANSPORTS="${transports:-node,uws}" npm test -- --rerun-failed "$@"
    ;;
  *) fail "--root is host or debian13, not $root" ;;
esac
