# The tools that building and testing packages needs, at the versions that they were tried with.
# Sourced by lib.sh. All but Debian's packages are installed under target/tools.
# shellcheck shell=bash

tools="$CARGO_TARGET_DIR/tools"
export PATH="$tools/bin:$tools/python/bin:$tools/node/node_modules/.bin:$PATH"
# zig and cargo-zigbuild keep their caches in the home folder unless told otherwise.
export ZIG_GLOBAL_CACHE_DIR="$tools/zig" CARGO_ZIGBUILD_CACHE_DIR="$tools/zig"

pinned() {
    case $1 in
        cargo-auditable) printf 0.7.7 ;;
        cargo-deb) printf 3.8.0 ;;
        cargo-generate-rpm) printf 0.21.1 ;;
        cargo-machete) printf 0.9.2 ;;
        auditable2cdx) printf 0.1.0 ;;
    esac
}

# The exit code of a step that lacks a tool. `packaging/run` passes it on.
skipped=75

# need KIND NAME...: installs what is missing. Where it cannot, CI fails; elsewhere the step is
# skipped, with a line that says so.
need() {
    local kind=$1 name
    shift
    for name in "$@"; do
        "need_$kind" "$name" >&2 && continue
        [[ -z ${CI:-} ]] || fail "$name cannot be installed"
        printf '   skipped: %s cannot be installed here\n' "$name"
        exit "$skipped"
    done
}

# A tool in Rust. It runs for seconds, so it is compiled quickly rather than well.
need_cargo() {
    local wanted
    wanted="$(pinned "$1")"
    [[ -e $tools/$1-$wanted ]] && return
    CARGO_TARGET_DIR="$tools/build" CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=false \
        CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_DEBUG=0 \
        cargo install --quiet --locked --root "$tools" "$1@$wanted" && touch "$tools/$1-$wanted"
}

# The Python packages of a file `packaging/python/NAME.txt`, all in one environment.
need_python() {
    local list="packaging/python/$1.txt"
    [[ -d $tools/python ]] || python3 -m venv "$tools/python" || return
    cmp -s "$list" "$tools/python/$1.txt" && return
    "$tools/python/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: \
        --requirement "$list" && cp "$list" "$tools/python/$1.txt"
}

# The packages of `packaging/node.json`. None runs a script on installation.
need_node() {
    cmp -s packaging/node.json "$tools/node/package.json" && [[ -d $tools/node/node_modules/$1 ]] && return
    mkdir -p "$tools/node" && cp packaging/node.json "$tools/node/package.json" &&
        npm install --prefix "$tools/node" --ignore-scripts --no-audit --no-fund --no-package-lock --loglevel=error
}

# A package of Debian.
need_debian() {
    dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed && return
    local sudo=()
    [[ $(id -u) -eq 0 ]] || sudo=(sudo -n)
    [[ -n ${apt_updated:-} ]] || "${sudo[@]}" apt-get update -qq >/dev/null || return
    apt_updated=yes
    DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -qq -y --no-install-recommends "$1" >/dev/null
}

# standard_library TARGET: one that rustup has not installed is built from Debian's source, with
# Debian's compiler, which is of the same version. Sets `std`, arguments of cargo, `sysroot`, and
# how clippy is called.
# shellcheck disable=SC2034 # read by those who source this
standard_library() {
    std=() clippy=(cargo clippy)
    sysroot="$(rustc --print sysroot)"
    [[ ! -d $sysroot/lib/rustlib/$1/lib ]] || return 0
    need debian rustc-web cargo-web rust-web-src rust-web-clippy
    export RUSTC=/usr/bin/rustc CARGO=/usr/bin/cargo RUSTC_BOOTSTRAP=1
    PATH="$tools/bin:$tools/python/bin:/usr/bin:$PATH"
    clippy=(/usr/bin/cargo-clippy clippy)
    std=("-Zbuild-std=std,panic_unwind")
    sysroot=/usr
}
