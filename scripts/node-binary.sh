#!/bin/sh
# Gets a Node of another major version from the npm registry, without installing anything, and prints the folder in which its `node`
# lies, for the front of a PATH:
#
#   PATH=$(scripts/node-binary.sh 22):$PATH node --version
#
# The versions are pinned here. What was fetched, with Node's licence, lies in ${XDG_CACHE_HOME:-$HOME/.cache}/llm-simulator/node-<version>
# and is reused; from then on no network is needed. The binaries are those of nodejs.org and need glibc 2.28.
set -eu

fail() { echo "node-binary: $*" >&2; exit 69; }

case ${1:-} in
  20) version=20.20.2 ;;
  22) version=22.23.3 ;;
  24) version=24.21.0 ;;
  *) fail 'usage: scripts/node-binary.sh 20|22|24' ;;
esac
case $(uname -m) in
  x86_64) platform=linux-x64 ;;
  aarch64) platform=linux-arm64 ;;
  *) fail "no Node binary is known for $(uname -m)" ;;
esac
folder=${XDG_CACHE_HOME:-$HOME/.cache}/llm-simulator/node-$version

if [ ! -x "$folder/node" ] || [ ! -f "$folder/LICENSE" ]; then
  command -v npm >/dev/null || fail 'npm is missing: it fetches the binary'
  mkdir -p "$(dirname "$folder")"
  partial=$(mktemp -d "$folder.partial.XXXXXX")
  trap 'rm -rf "$partial"' EXIT
  # The package of one platform, not `node`, which runs a script to pick it. Without --prefix npm would install into whatever folder
  # above has a node_modules.
  npm install --prefix "$partial" --silent --no-save --no-package-lock --ignore-scripts --no-audit --no-fund \
    "node-$platform@$version" || fail "npm could not fetch node-$platform@$version"
  found=$("$partial/node_modules/node-$platform/bin/node" --version) || fail "node-$platform@$version does not run here"
  [ "$found" = "v$version" ] || fail "node-$platform@$version holds Node $found"
  mkdir -p "$folder"
  cp "$partial/node_modules/node-$platform/LICENSE" "$folder/LICENSE"
  # Renamed last, so that a folder with a node in it is complete.
  cp "$partial/node_modules/node-$platform/bin/node" "$folder/node.partial"
  mv "$folder/node.partial" "$folder/node"
fi
echo "$folder"
