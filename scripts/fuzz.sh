#!/usr/bin/env bash
# Sends a demo server whatever its OpenAPI documents allow, and much that they do not, with schemathesis: no answer may be a
# 5xx, and none may have another shape than the document says. First the public document, then the full one as an admin, then
# what only the operator's key opens.
#
#   scripts/fuzz.sh            a minute each
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
    fuzz /openapi.json token
    fuzz /v1/admin/openapi.json token
    fuzz /v1/admin/openapi.json key --include-path-regex '^/api/admin/'
}

install() {
    echo "installing schemathesis into $tools"
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet --disable-pip-version-check "${packages[@]}"
}

# Each pass has a server of its own: the one before may have taken the admin's rights away, by ways that are open to an admin.
fuzz() {
    local document=$1 credential=$2 header
    shift 2
    serve
    case $credential in
        token) header="Authorization: Bearer $token" ;;
        key) header="X-Admin-Key: $key" ;;
    esac
    echo "== $document with the admin's $credential"
    curl --silent --fail --noproxy '*' -H "$header" "$base$document" >"$home/openapi.json"
    "$tools/bin/openapi-spec-validator" "$home/openapi.json"
    # It writes a cache to where it runs.
    (cd "$home" && "$tools/bin/schemathesis" run "$base$document" --header "$header" \
        --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
        --max-time "$seconds" --suppress-health-check all "$@")
    stop
}

serve() {
    local binary
    binary=$(realpath "${CARGO_TARGET_DIR:-target}/debug/aedile")
    mkdir "$home/server"
    (cd "$home/server" && DATABASE_URL="sqlite:$home/server/db" AEDILE_RATE_ADMIN=0 AEDILE_RATE_PUBLIC_READ=0 \
        AEDILE_RATE_AUTHENTICATED_READ=0 AEDILE_RATE_WRITE=0 CLERK_WEBHOOK_SECRET="whsec_$(printf '%032d' 0 | base64)" \
        exec "$binary" serve --demo --bind 127.0.0.1:0 --address-file "$home/server/address" >"$home/out" 2>"$home/log") &
    server=$!
    until grep -q Bearer "$home/out" 2>/dev/null && [ -s "$home/server/address" ]; do
        kill -0 "$server" || { cat "$home/log"; exit 1; }
        sleep 0.2
    done
    base=http://$(cat "$home/server/address")
    token=$(sed -n "s/.*Bearer \([^']*\)'.*/\1/p" "$home/out")
    key=$(sed -n "s/^Operator's key[^:]*: //p" "$home/out")
}

stop() {
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    server=
    rm -rf "$home/server" "$home/out"
}

clean_up() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    rm -rf "$home"
}

main
