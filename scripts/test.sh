#!/usr/bin/env bash
# Runs the tests beside throwaway servers, which it installs first where it may.
#
#   scripts/test.sh                         all of them
#   scripts/test.sh -p aedile-store pool    what `cargo test` would make of these arguments
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/install-deps.sh
if [ $# -eq 0 ]; then
    set -- --workspace --no-fail-fast
fi
exec scripts/with-servers.sh cargo test --all-features "$@"
