# Sourced at the beginning of the script that runs a page's blocks. DOCS_RUN is the folder of this
# run, DOCS_BIN that of the programs that stand in for others.

# What follows belongs to step $1: its output goes to a file of its own, and a command that fails is written down.
__step() {
  __current=$1
  exec >"$DOCS_RUN/$1.out" 2>&1
}

__failed() { printf '%s\t%s\t%s\n' "$__current" "$1" "${2//[$'\n\t']/ }" >>"$DOCS_RUN/failures"; }
trap '__failed $? "$BASH_COMMAND"' ERR

# Waits until one server more than before has said that it listens, or has ended; __newest is its pid. Not for ever: a run that is
# broken off may end a server before it has said anything, and a test file has 180 s.
__known=' '
__await() {
  local file end=$((SECONDS + 170))
  while [ "$SECONDS" -lt "$end" ]; do
    for file in "$DOCS_RUN"/starts/*; do
      __newest=${file##*/}
      case $__known in *" $__newest "*) continue ;; esac
      [ -e "$file" ] || continue
      if grep -q 'listens on' "$file" || ! kill -0 "$__newest" 2>/dev/null; then
        __known="$__known$__newest "
        return 0
      fi
    done
    sleep 0.05
  done
  echo 'no server has said that it listens'
  return 1
}

# A server in the foreground is one in a terminal of its own: it serves until the page starts the next one, or ends.
__foreground() {
  __end_foreground
  rm -f "$DOCS_RUN/foreground.status"
  { "$DOCS_BIN/llm-simulator" "$@"; echo $? >"$DOCS_RUN/foreground.status"; } &
  disown
  __await || return 1
  __foreground=$__newest
  grep -q 'listens on' "$DOCS_RUN/starts/$__newest" && return 0
  cat "$DOCS_RUN/starts/$__newest"
  while ! [ -s "$DOCS_RUN/foreground.status" ]; do sleep 0.05; done
  return "$(cat "$DOCS_RUN/foreground.status")"
}

__end_foreground() {
  [ -n "${__foreground-}" ] || return 0
  kill -INT "$__foreground" 2>/dev/null || return 0
  local tries
  for tries in {1..60}; do
    kill -0 "$__foreground" 2>/dev/null || return 0
    sleep 0.05
  done
  kill -KILL "$__foreground" 2>/dev/null || :
}

# Runs the rest of its arguments as a block that somebody ends after $1 seconds.
__end_after() {
  sleep "$1"
  kill "$2" 2>/dev/null || :
  wait "$2" 2>/dev/null || :
}

llm-simulator() {
  case ${1-} in
    serve)
      shift
      if [ "$BASHPID" = "$$" ]; then __foreground serve "$@"; else exec "$DOCS_BIN/llm-simulator" serve "$@"; fi
      ;;
    *) command llm-simulator "$@" ;;
  esac
}

node() {
  case ${1-}:${2-} in
    */main.js:serve) shift; llm-simulator "$@" ;;
    *) command node "$@" ;;
  esac
}

npm() {
  case ${1-} in
    start)
      shift
      case ${1-} in --) shift ;; esac
      llm-simulator serve "$@"
      ;;
    *) command npm "$@" ;;
  esac
}
