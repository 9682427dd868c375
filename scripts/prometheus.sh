#!/bin/sh
# Gets Debian's prometheus and promtool for the tests, without installing anything, and prints the folder they lie in. Needs Debian's apt-get
# and dpkg the first time; what was fetched lies in node_modules/.cache/llm-simulator/prometheus, and `npm ci` takes it away.
set -eu

project=$(cd "$(dirname "$0")/.." && pwd -P)
folder=$(cd "$project/node_modules" && pwd -P)/.cache/llm-simulator/prometheus

fail() { echo "prometheus: $*" >&2; exit 69; }

if [ ! -x "$folder/promtool" ]; then
  command -v apt-get >/dev/null && command -v dpkg >/dev/null || fail 'this system has no apt-get: install prometheus and try again'
  partial=$(mktemp -d)
  trap 'rm -rf "$partial"' EXIT
  fetch() { (cd "$partial" && apt-get download -qq prometheus >/dev/null 2>&1); }
  fetch || { apt-get update -qq >/dev/null 2>&1; fetch; } || fail 'Debian has no package prometheus here'
  dpkg -x "$partial"/prometheus_*.deb "$partial/root"
  "$partial/root/usr/bin/prometheus" --version >/dev/null 2>&1 || fail 'what was fetched does not run'
  rm -rf "$folder"
  mkdir -p "$folder"
  mv "$partial/root/usr/bin/prometheus" "$folder/prometheus"
  mv "$partial/root/usr/bin/promtool" "$folder/promtool"
fi
"$folder/promtool" --version >/dev/null 2>&1 || fail "$folder/promtool does not run"
echo "$folder"
