#!/usr/bin/env bash
# Makes OpenFeature's own client for Python ready, and prints the path of a python that has it. Nothing is installed into
# the system, and nothing is done when it is there already. What goes wrong is told in one line, and the exit code is 1.
#
#   scripts/openfeature-client.sh                  in ~/.cache/aedile
#   scripts/openfeature-client.sh --if-installed   without installing it
set -euo pipefail

packages=(openfeature-sdk==0.10.0 openfeature-provider-ofrep==0.3.0)
folder="${XDG_CACHE_HOME:-$HOME/.cache}/aedile/openfeature-0.10.0-0.3.0"

is_ready() {
    "$folder/bin/python" -c 'import openfeature.api, openfeature.contrib.provider.ofrep' >/dev/null 2>&1
}

fail() {
    echo "OpenFeature's client is missing: $1" >&2
    exit 1
}

if ! is_ready; then
    [ "${1:-}" != --if-installed ] || fail "scripts/openfeature-client.sh installs it"
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
