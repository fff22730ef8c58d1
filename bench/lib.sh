# What the bench scripts share. Sourced, never run.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
started=() # process ids to end
scratch=
autogroup=

say() { printf '%s\n' "$*"; }
note() { printf '%s\n' "$*" >&2; }
fail() {
  note "bench: $*"
  exit 2
}

# need COMMAND… : every missing one is named, with the package that brings it; nothing is installed here.
need() {
  local command missing=()
  for command in "$@"; do
    command -v "$command" >/dev/null || missing+=("$command")
  done
  [ ${#missing[@]} -eq 0 ] && return
  fail "missing: ${missing[*]}. On Debian: apt-get install nginx wrk openssl util-linux coreutils gawk procps"
}

# build : MASTHEAD and LOAD name ready programs; otherwise both are built here.
build() {
  if [ -z "${MASTHEAD:-}" ] || [ -z "${LOAD:-}" ]; then
    note "building (release) …"
    (cd "$root" && cargo build --release --quiet -p masthead -p load) || fail "the build failed"
    local target=${CARGO_TARGET_DIR:-$root/target}
    MASTHEAD=${MASTHEAD:-$target/release/masthead}
    LOAD=${LOAD:-$target/release/load}
  fi
  [ -x "$MASTHEAD" ] && [ -x "$LOAD" ] || fail "$MASTHEAD or $LOAD is not there"
}

# make_scratch : a folder of our own, gone at the end whatever happens; so is every server that was started.
make_scratch() {
  scratch=$(mktemp -d "${TMPDIR:-/tmp}/masthead-bench.XXXXXX")
  trap clean EXIT
  trap 'exit 130' INT TERM
}

clean() {
  local process
  for process in "${started[@]}"; do kill -TERM "$process" 2>/dev/null || true; done
  for process in "${started[@]}"; do wait_gone "$process" || kill -KILL "$process" 2>/dev/null || true; done
  [ -z "$autogroup" ] || echo "$autogroup" >/proc/self/autogroup 2>/dev/null || true
  if [ "${KEEP:-no}" = yes ]; then note "kept: $scratch"; else rm -rf "$scratch"; fi
}

wait_gone() {
  local tries=0
  while [ -d "/proc/$1" ] && ! grep -q '^State:.*Z' "/proc/$1/status" 2>/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -lt 240 ] || return 1
    sleep 0.05
  done
}

stop() {
  local process=$1 kept=() other
  kill -TERM "$process" 2>/dev/null || true
  wait_gone "$process" || fail "process $process does not end"
  for other in "${started[@]}"; do [ "$other" = "$process" ] || kept+=("$other"); done
  started=("${kept[@]}")
}

# Between sessions `nice` means nothing while autogroups are on: the group needs the priority as well as the processes.
first=()
take_precedence() {
  [ "${NICE:-yes}" = yes ] && [ "$(id -u)" = 0 ] || {
    note "not root, or NICE=no: neighbours on this machine will show in the figures; trust the ratios only"
    return 0
  }
  if [ -w /proc/self/autogroup ]; then
    local before
    before=$(sed 's/.* nice //' /proc/self/autogroup)
    if echo -20 >/proc/self/autogroup 2>/dev/null; then autogroup=$before; fi
  fi
  if nice -n -20 true 2>/dev/null; then first=(nice -n -20); fi
}

# A paper with generated metered stories in FOLDER; further lines go into its [server] table.
make_paper() {
  local folder=$1 stories=$2 settings
  "$MASTHEAD" init "$folder" >/dev/null
  settings=$folder/publication.toml
  sed -i -e 's/^guest_limit = .*/guest_limit = 5/' -e '/^notice_at = /d' -e '/^fresh_guests_per_network = /d' \
    -e 's|^base_url = .*|base_url = "http://news.example"|' -e 's|^zone = .*|zone = "Asia/Kolkata"|' "$settings"
  grep -q '^\[server\]' "$settings" && fail "a new paper's settings have a [server] table already; teach bench/lib.sh to merge"
  sed -i -e 's/^\[meter\]$/[meter]\nnotice_at = 2\nfresh_guests_per_network = 1000000000/' "$settings"
  local section
  for section in markets finance politics tech world opinion; do
    grep -q "^code = \"$section\"" "$settings" || printf '\n[[sections]]\ncode = "%s"\nname = "%s"\n' "$section" "$section" >>"$settings"
  done
  printf '\n[server]\nthreads = 1\n' >>"$settings"
  head -c 32 /dev/urandom >"$folder/secret.key"
  chmod 600 "$folder/secret.key"
  "$LOAD" stories --count "$stories" --out "$scratch/stories.jsonl"
  "$MASTHEAD" import "$scratch/stories.jsonl" --data "$folder" >/dev/null
}

# Nanoseconds that all threads of the processes have run.
cpu_of() {
  local process files=()
  for process in "$@"; do files+=("/proc/$process/task/"*/schedstat); done
  # A thread may end between the listing and the reading.
  cat "${files[@]}" 2>/dev/null | awk '{ sum += $1 } END { printf "%.0f\n", sum }'
}

# Kilobytes of memory of the processes, shared pages divided among those who share them.
memory_of() {
  local process files=()
  for process in "$@"; do files+=("/proc/$process/smaps_rollup"); done
  awk '$1 == "Pss:" { sum += $2 } END { print sum }' "${files[@]}"
}

# Waits until a server has nothing left to do of its own accord: its pages are compiled.
wait_quiet() {
  local before after tries=0
  before=$(cpu_of "$1")
  while [ "$tries" -lt 240 ]; do
    sleep 0.5
    after=$(cpu_of "$1")
    [ $((after - before)) -gt 10000000 ] || return 0
    before=$after
    tries=$((tries + 1))
  done
  fail "the server does not come to rest"
}

megabytes() { awk -v kb="$1" 'BEGIN { printf "%.1f", kb / 1024 }'; }
middle() { sort -n | awk '{ a[NR] = $1 } END { print NR % 2 ? a[(NR + 1) / 2] : (a[NR / 2] + a[NR / 2 + 1]) / 2 }'; }
