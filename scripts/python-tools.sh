#!/bin/sh
# Makes a virtual environment of Python from a file of pinned requirements, and prints the folder in which its programs lie:
#
#   tools=$(scripts/python-tools.sh scripts/kubernetes/requirements.txt)
#
# It lies in node_modules/.cache/llm-simulator/python-<checksum> and is reused until the file or Python changes; `npm ci` takes it away.
# Needs Python 3.11 or later with venv; where that is missing and Debian's apt-get is at hand, Debian's python3-venv is installed.
set -eu

fail() { echo "python-tools: $*" >&2; exit 69; }

[ $# -eq 1 ] && [ -f "$1" ] || { echo 'usage: scripts/python-tools.sh REQUIREMENTS' >&2; exit 64; }
python=${PYTHON:-python3}
project=$(cd "$(dirname "$0")/.." && pwd -P)

if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  command -v apt-get >/dev/null || fail "there is neither a $python with venv nor apt-get: install Python 3.11 or later"
  echo "python-tools: installing Debian's python3-venv" >&2
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv; } >/dev/null 2>&1 ||
    fail "Debian's python3-venv cannot be installed"
fi
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "$("$python" --version) is older than 3.11"

checksum=$({ cat "$1"; "$python" --version; } | cksum | cut -d' ' -f1)
folder=$(cd "$project/node_modules" && pwd -P)/.cache/llm-simulator/python-$checksum
# Written last: the environment is complete when this file is there. Programs in it know its path, so it is made in place.
marker=$folder/.complete

if [ ! -f "$marker" ]; then
  mkdir -p "$(dirname "$folder")"
  exec 9>"$folder.lock"
  flock 9
fi
if [ ! -f "$marker" ]; then
  echo "python-tools: installing $(tr '\n' ' ' <"$1")" >&2
  rm -rf "$folder"
  { "$python" -m venv "$folder" && "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$1"; } >"$folder.log" 2>&1 ||
    { tail -n 20 "$folder.log" >&2; fail "$1 cannot be installed"; }
  : >"$marker"
fi
echo "$folder/bin"
