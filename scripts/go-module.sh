#!/bin/sh
# Fetches the files of a Go module of a pinned version from the Go module proxy and prints the folder that they lie in, which is Go's own cache:
#
#   crds=$(scripts/go-module.sh github.com/prometheus-operator/prometheus-operator v0.85.0)/example/prometheus-operator-crd
#
# Builds and installs nothing. Needs Go, as scripts/go-tool.sh does, which installs it where it can.
set -eu

fail() { echo "go-module: $*" >&2; exit 69; }

[ $# -eq 2 ] || { echo 'usage: scripts/go-module.sh MODULE VERSION' >&2; exit 64; }
[ -x /usr/local/go/bin/go ] && PATH=$PATH:/usr/local/go/bin
command -v go >/dev/null || fail 'this system has no Go: scripts/go-tool.sh installs it'

# Outside of any module, so that none of a caller's is changed.
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
answer=$(cd "$folder" && go mod download -json "$1@$2" 2>"$folder/log") || { cat "$folder/log" >&2; echo "$answer" >&2; fail "$1@$2 cannot be fetched"; }
printf '%s\n' "$answer" | sed -n 's/^[[:space:]]*"Dir": "\(.*\)",*$/\1/p'
