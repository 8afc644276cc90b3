#!/usr/bin/env bash
# Takes the pictures in docs/img: pages of a fresh demo, as chromium shows them.
#
#   scripts/pictures.sh
set -euo pipefail
cd "$(dirname "$0")/.."

python=$(scripts/python-for.sh browser)
chromium=$(command -v chromium)
cargo build --quiet --bin aedile
aedile=$(realpath "${CARGO_TARGET_DIR:-target}/debug/aedile")
home=$(mktemp -d)
(cd "$home" && exec "$aedile" serve --demo --bind 127.0.0.1:0 --address-file "$home/address" >"$home/out" 2>"$home/log") &
server=$!
trap 'kill "$server"; wait "$server" || true; rm -rf "$home"' EXIT
until grep -q "^Try:" "$home/out" 2>/dev/null; do
    kill -0 "$server" 2>/dev/null || { cat "$home/log"; exit 1; }
    sleep 0.2
done
password=$(sed -n 's/^Demo admin: .*, password: //p' "$home/out")
mkdir -p docs/img
"$python" tests/dashboard/browser.py <<TASK
{
    "url": "http://$(cat "$home/address")", "identifier": "admin@demo.example", "password": "$password",
    "chromium": "$chromium", "pictures": "docs/img"
}
TASK
