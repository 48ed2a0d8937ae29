#!/bin/sh
# Installs enx-hook {{version}} for this user.
#
#   ENX_HOOK_INSTALL_DIR   where to (~/.local/bin)
#   ENX_HOOK_DOWNLOADS     where the archives are (the release on GitHub)
#
# It downloads one archive, compares its SHA-256, and moves the program into place. It changes
# no other file.
set -eu

version='{{version}}'
downloads="${ENX_HOOK_DOWNLOADS:-https://github.com/{{REPOSITORY}}/releases/download/v$version}"
folder="${ENX_HOOK_INSTALL_DIR:-$HOME/.local/bin}"

fail() {
    printf 'install.sh: %s\n' "$*" >&2
    exit 1
}

target() {
    case "$(uname -s) $(uname -m)" in
        'Linux x86_64')
            # Without glibc 2.17, the static program.
            if getconf GNU_LIBC_VERSION >/dev/null 2>&1; then
                echo x86_64-unknown-linux-gnu
            else
                echo x86_64-unknown-linux-musl
            fi ;;
        'Linux aarch64') echo aarch64-unknown-linux-gnu ;;
        'Darwin x86_64') echo x86_64-apple-darwin ;;
        'Darwin arm64') echo aarch64-apple-darwin ;;
        *) fail "there is no program for $(uname -s) $(uname -m); build it with cargo" ;;
    esac
}

download() {
    if command -v curl >/dev/null; then
        curl --fail --silent --show-error --location --output "$2" "$1"
    elif command -v wget >/dev/null; then
        wget --quiet --output-document "$2" "$1"
    else
        fail 'curl or wget is needed'
    fi || fail "cannot download $1"
}

sum() {
    if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}

# All within a function, so that a download cut short does nothing.
main() {
    name="enx-hook-$version-$(target)"
    temporary="$(mktemp -d)"
    trap 'rm -rf "$temporary"' EXIT
    download "$downloads/$name.tar.gz" "$temporary/archive"
    download "$downloads/$name.tar.gz.sha256" "$temporary/expected"
    expected="$(cut -d ' ' -f 1 <"$temporary/expected")"
    [ "$(sum "$temporary/archive")" = "$expected" ] ||
        fail "the SHA-256 of $name.tar.gz is not $expected; nothing was installed"
    tar -xzf "$temporary/archive" -C "$temporary"
    mkdir -p "$folder"
    # Renamed within the folder: a running program keeps its file.
    cp "$temporary/$name/enx-hook" "$folder/.enx-hook.new"
    mv "$folder/.enx-hook.new" "$folder/enx-hook"
    printf 'enx-hook %s is in %s\n' "$version" "$folder"
    case ":$PATH:" in
        *":$folder:"*) ;;
        *) printf 'This folder is not in PATH: add it there.\n' ;;
    esac
}
main
