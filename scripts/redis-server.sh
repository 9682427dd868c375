#!/bin/sh
# Gets Debian's redis-server for the tests, without installing anything, and prints the path of a command that runs it. Needs Debian's
# apt-get and dpkg the first time; what was fetched lies in node_modules/.cache/llm-simulator/redis, and `npm ci` takes it away.
set -eu

project=$(cd "$(dirname "$0")/.." && pwd -P)
folder=$(cd "$project/node_modules" && pwd -P)/.cache/llm-simulator/redis
command=$folder/redis-server

# The server, and the libraries that a minimal system may lack. A name that this release of Debian does not have is left out: whether the
# server runs in the end is what counts.
packages='redis-server redis-tools liblzf1 libjemalloc2 libatomic1 libssl3 libssl3t64 libsystemd0 libcap2 liblz4-1 liblzma5 libzstd1
  libgcrypt20 libgpg-error0'

fail() { echo "redis-server: $*" >&2; exit 69; }

if [ ! -x "$command" ]; then
  command -v apt-get >/dev/null && command -v dpkg >/dev/null || fail 'this system has no apt-get: install redis-server and try again'
  apt-get update -qq >/dev/null 2>&1 || true
  partial=$(mktemp -d)
  trap 'rm -rf "$partial"' EXIT
  for package in $packages; do
    (cd "$partial" && apt-get download -qq "$package" >/dev/null 2>&1) || true
  done
  for archive in "$partial"/*.deb; do dpkg -x "$archive" "$partial/root"; done
  libraries=$(dirname "$(find "$partial/root/usr/lib" -name 'liblzf.so*' | head -n 1)")
  libraries="\$folder/root/${libraries#"$partial/root/"}:\$folder/root/lib/$(basename "$libraries")"
  cat >"$partial/redis-server" <<END
#!/bin/sh
folder=\$(cd "\$(dirname "\$0")" && pwd -P)
LD_LIBRARY_PATH=$libraries exec "\$folder/root/usr/bin/redis-server" "\$@"
END
  chmod 755 "$partial" "$partial/redis-server"
  "$partial/redis-server" --version >/dev/null || fail 'what was fetched does not run'
  mkdir -p "$(dirname "$folder")"
  rm -rf "$folder"
  cp -R "$partial" "$folder"
  rm -f "$folder"/*.deb
fi
"$command" --version >/dev/null || fail "$command does not run"
echo "$command"
