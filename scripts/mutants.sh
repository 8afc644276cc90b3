#!/usr/bin/env bash
# Says how many mutants of a domain crate its own tests catch, and fails below a share:
#
#   scripts/mutants.sh billing            90 % of the crate's mutants must be caught
#   scripts/mutants.sh rbac 80            another share
#   scripts/mutants.sh billing 90 -f '**/refunds/**'    what cargo-mutants makes of further arguments
#
# A mutant is the crate with one small fault put in: `<=` for `>`, an answer left out, a field dropped. One that no test
# notices marks a rule that no test holds. Takes about ten seconds a mutant. Needs cargo-mutants, which it installs into
# ~/.cache/aedile/tools where it is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

crate=${1:?which domain crate, such as billing?}
least=${2:-90}
shift $(($# > 2 ? 2 : $#))
[ -d "crates/domain/$crate" ] || { echo "there is no crates/domain/$crate" >&2 && exit 2; }

tools="${XDG_CACHE_HOME:-$HOME/.cache}/aedile/tools"
PATH="$PATH:$tools/bin"
command -v cargo-mutants >/dev/null || cargo install cargo-mutants --locked --root "$tools"

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
# It exits with 2 when mutants were missed, and with 3 when one made the tests hang: both are counted below.
cargo mutants --package "aedile-$crate" --all-features --output "$out" --no-shuffle "$@" || [ $? -le 3 ]

count() {
    wc -l <"$out/mutants.out/$1.txt"
}
caught=$(($(count caught) + $(count timeout)))
viable=$((caught + $(count missed)))
[ "$viable" -gt 0 ] || { echo "no mutant could be tested" >&2 && exit 1; }
echo "aedile-$crate: $caught of $viable mutants caught ($((100 * caught / viable)) %, at least $least % wanted)"
[ $((100 * caught)) -ge $((least * viable)) ]
