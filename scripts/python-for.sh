#!/usr/bin/env bash
# Makes a python ready that has what some tests need, and prints its path. Nothing is installed into the system, and nothing is
# done when it is there already. What goes wrong is told in one line, and the exit code is 1.
#
#   scripts/python-for.sh openfeature              OpenFeature's own client, in ~/.cache/aedile
#   scripts/python-for.sh browser                  Playwright, which drives the system's chromium, and axe-core
#   scripts/python-for.sh browser --if-installed   without installing it
set -euo pipefail

case "${1:-}" in
openfeature)
    packages=(openfeature-sdk==0.10.0 openfeature-provider-ofrep==0.3.0)
    modules='openfeature.api, openfeature.contrib.provider.ofrep'
    ;;
browser)
    packages=(playwright==1.65.2 axe-playwright-python==0.1.8)
    modules='playwright.sync_api, axe_playwright_python.sync_playwright'
    ;;
*)
    echo "usage: scripts/python-for.sh openfeature|browser [--if-installed]" >&2
    exit 2
    ;;
esac
versions=$(printf '%s\n' "${packages[@]}" | sed 's/.*==//' | paste -sd -)
folder="${XDG_CACHE_HOME:-$HOME/.cache}/aedile/$1-$versions"

is_ready() {
    "$folder/bin/python" -c "import $modules" >/dev/null 2>&1
}

fail() {
    echo "the python for $what is missing: $1" >&2
    exit 1
}

what=$1
if ! is_ready; then
    [ "${2:-}" != --if-installed ] || fail "scripts/python-for.sh $what installs it"
    [ "${AEDILE_NO_INSTALL:-0}" != 1 ] || fail "AEDILE_NO_INSTALL=1 forbids installing it"
    python3 -c 'import venv, ensurepip' 2>/dev/null || fail "this machine has no python3 with venv"
    mkdir -p "$(dirname "$folder")"
    # Two runs at once must not build it over each other.
    exec 8>"$folder.lock"
    flock 8
    if ! is_ready; then
        rm -rf "$folder"
        { python3 -m venv "$folder" && "$folder/bin/pip" install --quiet --disable-pip-version-check "${packages[@]}"; } \
            >"$folder.log" 2>&1 || fail "$(tail -n 1 "$folder.log")"
        is_ready || fail "it was installed and can't be loaded"
    fi
fi
echo "$folder/bin/python"
