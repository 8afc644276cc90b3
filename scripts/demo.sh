#!/usr/bin/env bash
# Walks a newcomer through Aedile: starts a demo on a free port, runs commands against it one by one, and tells where to go on.
# On a terminal it waits for Enter before each.
#
#   scripts/demo.sh
#
# AEDILE names a binary that is built already.
set -euo pipefail
cd "$(dirname "$0")/.."

home=$(mktemp -d)
server=
trap clean_up EXIT

main() {
    local aedile=${AEDILE:-}
    if [ -z "$aedile" ]; then
        cargo build --quiet --bin aedile
        aedile=${CARGO_TARGET_DIR:-target}/debug/aedile
    fi
    aedile=$(realpath "$aedile")
    mkdir "$home/bin"
    ln -s "$aedile" "$home/bin/aedile"
    export PATH="$home/bin:$PATH" AEDILE_CONFIG_DIR="$home"
    serve
    export AEDILE_SERVER=$base

    say "A demo serves $base: people, sellers, skills, money, flags. Everything it can do is a command, too."
    sign_in
    run aedile whoami
    say "Who is there? Tables are for people; --json is for scripts."
    run aedile users list --q ada --limit 5
    say "What would a change do? --dry-run shows it, record by record."
    run aedile credits grant ada.byron@demo.example --amount 12.50 --note "for the outage" --dry-run
    run aedile credits grant ada.byron@demo.example --amount 12.50 --note "for the outage"
    say "Release a feature step by step."
    run aedile flags create quick-search --enabled true --rollout-percentage 25
    run aedile flags list
    say "Each change left a row, sealed in a chain that shows when somebody tampers with it."
    run aedile audit list --limit 3
    run aedile audit check
    say "The same on pages: open $base/dashboard and sign in as $who with the password $password."
    say "The public API, to read: $base/docs. AI agents: aedile mcp. Everything: aedile --help."
    [ ! -t 0 ] || read -rp "Enter ends the demo. "
}

serve() {
    # What it says to operators goes into a file, so that the walk stays readable.
    (cd "$home" && exec aedile serve --demo --bind 127.0.0.1:0 --address-file "$home/address" >"$home/out" 2>"$home/log") &
    server=$!
    echo "The demo is being made; this takes some seconds."
    until grep -q "^Try:" "$home/out" 2>/dev/null; do
        kill -0 "$server" 2>/dev/null || { cat "$home/log"; exit 1; }
        sleep 0.2
    done
    base=http://$(cat "$home/address")
    who=$(sed -n 's/^Demo admin: \(.*\), password: .*/\1/p' "$home/out")
    password=$(sed -n 's/^Demo admin: .*, password: //p' "$home/out")
}

sign_in() {
    echo "\$ aedile login --server $base --user $who"
    printf '%s' "$password" | aedile login --server "$base" --user "$who"
}

say() {
    printf '\n%s\n' "$1"
}

run() {
    printf '$%s\n' "$(printf ' %q' "$@")"
    [ ! -t 0 ] || read -rs
    "$@"
}

clean_up() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    [ -z "$server" ] || wait "$server" 2>/dev/null || true
    rm -rf "$home"
}

main
