#!/bin/sh
# Builds a Go program of a pinned version from the Go module proxy, without installing anything, and prints the path of the binary:
#
#   helm=$(scripts/go-tool.sh helm.sh/helm/v3/cmd/helm v3.22.0)
#
# The binary lies in node_modules/.cache/llm-simulator/go/<program>-<version> and is reused; `npm ci` takes it away, and Go's own build
# cache makes the next build short. Needs Go; where it is missing and Debian's apt-get is at hand, Debian's golang-go is installed.
set -eu

fail() { echo "go-tool: $*" >&2; exit 69; }

[ $# -eq 2 ] || { echo 'usage: scripts/go-tool.sh PACKAGE VERSION' >&2; exit 64; }
package=$1
version=$2
# The last part of a package's path that is no major version is what Go calls the program.
program=$(printf '%s' "$package" | sed -E 's,/v[0-9]+$,,; s,.*/,,')
project=$(cd "$(dirname "$0")/.." && pwd -P)
folder=$(cd "$project/node_modules" && pwd -P)/.cache/llm-simulator/go
binary=$folder/$program-$version

if [ ! -x "$binary" ]; then
  [ -x /usr/local/go/bin/go ] && PATH=$PATH:/usr/local/go/bin
  if ! command -v go >/dev/null; then
    command -v apt-get >/dev/null || fail 'this system has neither Go nor apt-get: install Go and try again'
    echo "go-tool: installing Debian's golang-go" >&2
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq golang-go; } >/dev/null 2>&1 ||
      fail "Debian's golang-go cannot be installed"
  fi
  mkdir -p "$folder"
  # Built aside and renamed, so that a binary with its name is complete, also where two build it at the same time.
  partial=$(mktemp -d "$folder/.$program.XXXXXX")
  trap 'rm -rf "$partial"' EXIT
  echo "go-tool: building $package@$version" >&2
  CGO_ENABLED=0 GOBIN=$partial go install -trimpath -ldflags '-s -w' "$package@$version" >"$partial/log" 2>&1 ||
    { tail -n 20 "$partial/log" >&2; fail "$package@$version cannot be built by $(go version)"; }
  mv "$partial/$program" "$binary"
fi
echo "$binary"
