#!/bin/sh
# Runs a command in a Debian 13 root, where uWebSockets.js loads (it needs glibc 2.38), on a host that is older:
#
#   scripts/debian13-root.sh [--node 20|22|24] [--root DIR] -- npm test
#
# Node is 24 unless said otherwise. The root is made once (debootstrap, and Node and npm from the npm registry) and reused; from then on
# no network is needed. It lies in DIR, by default ${XDG_CACHE_HOME:-$HOME/.cache}/llm-simulator/debian13; remove that folder to have it
# made again. The project is visible at its own path with its node_modules as they are, the environment is passed on, and so is the
# exit code.
set -eu

suite=trixie
node_major=24
npm_major=11
project=$(cd "$(dirname "$0")/.." && pwd -P)
root=${XDG_CACHE_HOME:-$HOME/.cache}/llm-simulator/debian13

say() { echo "debian13-root: $*" >&2; }
fail() { say "$*"; exit 69; }

while [ $# -gt 0 ]; do
  case $1 in
    --root) [ $# -ge 2 ] || fail '--root needs a folder'; root=$2; shift 2 ;;
    --node) [ $# -ge 2 ] || fail '--node needs a major version'; node_major=$2; shift 2 ;;
    --) shift; break ;;
    *) break ;;
  esac
done
[ $# -gt 0 ] || fail 'usage: scripts/debian13-root.sh [--node 20|22|24] [--root DIR] -- COMMAND [ARGUMENT...]'
[ "$(id -u)" = 0 ] || fail 'must run as root (debootstrap and chroot need it): sudo scripts/debian13-root.sh ...'

# A root is complete when it has its final name and this file: it is built under another name and renamed at the end.
marker=.llm-simulator-root

install_npm() { # $1: the root under construction
  download=$(mktemp -d)
  # Without --prefix npm would install into whatever folder above has a node_modules.
  npm install --prefix "$download" --silent --no-save --no-package-lock --ignore-scripts --no-audit --no-fund "npm@$npm_major" ||
    { rm -rf "$download"; fail "npm could not fetch npm@$npm_major"; }
  mkdir -p "$1/usr/lib/node_modules"
  cp -R "$download/node_modules/npm" "$1/usr/lib/node_modules/npm"
  ln -sf ../lib/node_modules/npm/bin/npm-cli.js "$1/usr/bin/npm"
  ln -sf ../lib/node_modules/npm/bin/npx-cli.js "$1/usr/bin/npx"
  rm -rf "$download"
}

# A Node per version that was asked for, beside each other, so that runs with different ones do not meet.
install_node() { # $1: the folder that node-binary.sh printed
  node_folder=/opt/$(basename "$1")
  [ ! -x "$root$node_folder/node" ] || return 0
  mkdir -p "$root$node_folder"
  cp "$1/node" "$root$node_folder/node.$$"
  mv "$root$node_folder/node.$$" "$root$node_folder/node"
}

make_root() {
  [ ! -e "$root" ] || fail "$root exists and is not a root that this script made: remove it or name another by --root"
  command -v debootstrap >/dev/null || fail 'debootstrap is missing: apt-get install debootstrap debian-archive-keyring'
  command -v npm >/dev/null || fail 'npm is missing: it fetches the Node for the root'
  mkdir -p "$(dirname "$root")"
  partial=$(mktemp -d "$root.partial.XXXXXX")
  trap 'rm -rf --one-file-system "$partial" "${download:-}"' EXIT
  say "making $root (half a minute)"
  # debootstrap mounts /proc and /sys: in a mount namespace of its own they are gone with it, even when it is killed half-way.
  private=''
  if unshare --mount true 2>/dev/null; then private='unshare --mount'; fi
  $private debootstrap --variant=minbase "$suite" "$partial" >"$partial.log" 2>&1 || { tail -n 5 "$partial.log" >&2; fail "debootstrap failed: see $partial.log"; }
  rm -f "$partial.log"
  install_npm "$partial"
  printf '127.0.0.1 localhost\n::1 localhost\n' >"$partial/etc/hosts"
  chroot "$partial" cat /etc/debian_version >"$partial/$marker"
  chmod 755 "$partial"
  mv "$partial" "$root"
  trap - EXIT
}

[ -f "$root/$marker" ] || make_root
root=$(cd "$root" && pwd -P)
binaries=$("$project/scripts/node-binary.sh" "$node_major")
install_node "$binaries"
PATH=$node_folder:$PATH
mkdir -p "$root$project"

# Certificates that only the host has would make Node warn at every start.
[ -z "${NODE_EXTRA_CA_CERTS:-}" ] || [ -f "$root$NODE_EXTRA_CA_CERTS" ] || unset NODE_EXTRA_CA_CERTS

enter='cd "$1" && shift && exec "$@"'
if unshare --mount true 2>/dev/null; then
  # In a mount namespace of its own, so nothing stays mounted however this ends.
  exec unshare --mount sh -euc '
    root=$1 project=$2 enter=$3
    shift 3
    mount --bind "$project" "$root$project"
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    exec chroot "$root" /bin/sh -c "$enter" sh "$project" "$@"
  ' sh "$root" "$project" "$enter" "$@"
fi
say 'mounting is not permitted here: working on a copy of the project, without /proc'
rm -rf "${root:?}$project"
mkdir -p "$root$project"
cp -R "$project/." "$root$project"
exec chroot "$root" /bin/sh -c "$enter" sh "$project" "$@"
