# What the scripts of this folder share. They source it; it is no command.
# shellcheck shell=bash
set -euo pipefail
export LC_ALL=C.UTF-8
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$root/target}"
[[ $CARGO_TARGET_DIR == /* ]] || CARGO_TARGET_DIR="$root/$CARGO_TARGET_DIR"
# Packages go here; what is unpacked or installed in between goes to $work.
out="$CARGO_TARGET_DIR/packages"
work="${PACKAGING_WORK:-$CARGO_TARGET_DIR/packaging}"
mkdir -p "$out" "$work"

version="$(sed -n 's/^version = "\(.*\)"/\1/p;T;q' Cargo.toml)"
# Times in packages are that of the commit.
SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}"
export SOURCE_DATE_EPOCH
# shellcheck source=packaging/release.conf
source packaging/release.conf
# shellcheck source=packaging/tools.sh
source packaging/tools.sh

say() { printf '   %s\n' "$*"; }
fail() {
    printf '%s: %s\n' "$0" "$*" >&2
    exit 1
}

# platform NAME: sets what `platforms` says of it.
platform() {
    # shellcheck disable=SC2034 # read by those who source this
    read -r platform triple libc npm_os npm_cpu wheel_tag < <(grep "^$1 " packaging/platforms) ||
        fail "no platform is named $1"
    program=enx-hook
    # shellcheck disable=SC2034
    [[ $npm_os != win32 ]] || program=enx-hook.exe
    # shellcheck disable=SC2034 # read by those who source this
    # The folder with all that a package of this platform has.
    stage="$work/stage/$platform"
}

# render TEMPLATE: prints it with each {{NAME}} replaced by the variable of that name.
render() {
    python3 - "$1" <<'PYTHON'
import os, re, sys
text = open(sys.argv[1], encoding="utf-8").read()
sys.stdout.write(re.sub(r"\{\{(\w+)\}\}", lambda name: os.environ[name[1]], text))
PYTHON
}
export version REPOSITORY PUBLISHER PUBLISHER_EMAIL WINGET_PUBLISHER

sha256() { if type -P sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi; }

# clean FOLDER: an empty folder under $work.
clean() {
    rm -rf "${work:?}/$1"
    mkdir -p "$work/$1"
}

# serve FOLDER: serves its files on a free port of 127.0.0.1 until the script ends; sets `url`.
serve() {
    local line server
    exec {server}< <(exec python3 -u -m http.server --bind 127.0.0.1 --directory "$1" 0 2>/dev/null)
    servers+=("$!")
    trap 'kill "${servers[@]}" 2>/dev/null' EXIT
    read -r line <&"$server"
    [[ $line =~ (http://[0-9.:]+)/ ]] || fail "the file server says: $line"
    # shellcheck disable=SC2034 # read by those who source this
    url="${BASH_REMATCH[1]}"
}
servers=()
