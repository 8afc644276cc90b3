#!/usr/bin/env bash
# Sends a demo server whatever its OpenAPI document allows, and much that it does not, with schemathesis: no answer may be a
# 5xx, and none may have another shape than the document says.
#
#   scripts/fuzz.sh            a minute
#   scripts/fuzz.sh 600        ten
#
# schemathesis is installed into ~/.cache/aedile, once.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
packages=(schemathesis==4.32.5 openapi-spec-validator==0.9.0)
tools=${XDG_CACHE_HOME:-$HOME/.cache}/aedile/schemathesis-4.32.5-0.9.0
home=$(mktemp -d)
server=

main() {
    trap clean_up EXIT
    [ -x "$tools/bin/schemathesis" ] || install
    cargo build --quiet --bin aedile
    serve
    ask /v1/admin/openapi.json >"$home/openapi.json"
    "$tools/bin/openapi-spec-validator" "$home/openapi.json"
    "$tools/bin/schemathesis" run "$base/v1/admin/openapi.json" --header "Authorization: Bearer $token" \
        --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
        --max-time "$seconds" --suppress-health-check all
}

install() {
    echo "installing schemathesis into $tools"
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet --disable-pip-version-check "${packages[@]}"
}

serve() {
    local binary
    binary=$(realpath "${CARGO_TARGET_DIR:-target}/debug/aedile")
    (cd "$home" && DATABASE_URL="sqlite:$home/db" AEDILE_RATE_ADMIN=0 exec "$binary" serve --demo --bind 127.0.0.1:0 \
        --address-file "$home/address" >"$home/out" 2>"$home/log") &
    server=$!
    until [ -s "$home/address" ]; do
        kill -0 "$server" || { cat "$home/log"; exit 1; }
        sleep 0.2
    done
    base=http://$(cat "$home/address")
    token=$(sed -n "s/.*Bearer \([^']*\)'.*/\1/p" "$home/out")
}

ask() {
    curl --silent --fail --noproxy '*' -H "Authorization: Bearer $token" "$base$1"
}

clean_up() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    rm -rf "$home"
}

main
