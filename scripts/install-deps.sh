#!/usr/bin/env bash
# Installs what the build and the tests need from Debian, and says in one line each what it could not provide.
#
#   scripts/install-deps.sh          compiler, PostgreSQL, Redis, nginx, Caddy, HAProxy, PgBouncer, chromium, and clients for Python in ~/.cache/aedile
#   scripts/install-deps.sh bench    and wrk
#
# It installs only as root or where sudo asks for no password; AEDILE_NO_INSTALL=1 forbids it altogether.
# Nothing it installs is started as a service, and nothing is done when all is there.
set -euo pipefail

# What is needed: a Debian package, the test that it is there, and what is lost without it.
needs() {
    cat <<'TABLE'
build-essential|has cc && has make|nothing can be built
perl|has perl && perl -MIPC::Cmd -MFile::Compare -e 1|the bundled OpenSSL of libpq can't be built
postgresql|has_postgres|the tests on PostgreSQL are skipped
redis-server|has redis-server|the tests on Redis are skipped
nginx|has nginx|the tests behind nginx are skipped
caddy|has caddy|the tests behind Caddy are skipped
haproxy|has haproxy|the tests behind HAProxy are skipped
pgbouncer|has pgbouncer|the tests behind a pooler are skipped
python3-venv|has python3 && python3 -c 'import venv, ensurepip'|the tests with OpenFeature's client and in a browser are skipped
chromium|has chromium|the tests in a browser are skipped
TABLE
    if [ "${1:-}" = bench ]; then
        echo 'wrk|has wrk|the HTTP benchmarks are skipped'
    fi
}

has() {
    command -v "$1" >/dev/null 2>&1
}

has_postgres() {
    has initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null
}

missing() {
    needs "$@" | while IFS='|' read -r package present loss; do
        eval "$present" </dev/null >/dev/null 2>&1 || echo "$package|$loss"
    done
}

# Sets `as_root`, or fails with the reason.
may_install() {
    if [ "${AEDILE_NO_INSTALL:-0}" = 1 ]; then
        why="AEDILE_NO_INSTALL=1 forbids installing it"
    elif ! has apt-get; then
        why="this machine has no apt-get"
    elif [ "$(id -u)" = 0 ]; then
        as_root=()
        return 0
    elif has sudo && sudo -n true 2>/dev/null; then
        as_root=(sudo -n)
        return 0
    else
        why="installing it needs root, or sudo without a password"
    fi
    return 1
}

# Debian asks this file whether it may start a service. We want the binaries only, so the answer is no.
keep_services_down() {
    policy=/usr/sbin/policy-rc.d
    [ ! -e "$policy" ] || return 0
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod 755 "$policy"
    trap '"${as_root[@]}" rm -f "$policy"' EXIT
}

install_packages() {
    local get=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120) log package
    log=$(mktemp)
    keep_services_down
    "${get[@]}" update </dev/null >"$log" 2>&1 || tail -n 5 "$log"
    for package; do
        echo "installing $package (AEDILE_NO_INSTALL=1 forbids it)"
        "${get[@]}" install -y --no-install-recommends "$package" </dev/null >"$log" 2>&1 || tail -n 20 "$log"
    done
    rm -f "$log"
}

PATH="$PATH:/usr/sbin:/sbin"
why="installing it failed"
has cargo || echo "cargo is missing: install Rust with rustup, see https://rustup.rs"
absent=$(missing "$@")
if [ -n "$absent" ] && may_install; then
    packages=()
    while IFS='|' read -r package _; do packages+=("$package"); done <<<"$absent"
    install_packages "${packages[@]}"
    absent=$(missing "$@")
fi
if [ -n "$absent" ]; then
    while IFS='|' read -r package loss; do
        echo "$package is missing, so $loss: $why"
    done <<<"$absent"
fi
for what in openfeature browser; do
    "$(dirname "$0")/python-for.sh" "$what" >/dev/null || true # it says by itself why not
done
