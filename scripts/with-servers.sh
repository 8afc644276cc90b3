#!/usr/bin/env bash
# Runs a command beside a private, throwaway PostgreSQL and Redis:
#
#   scripts/with-servers.sh cargo test -p aedile-store
#   scripts/with-servers.sh bash                          (a shell to look around in)
#
# The command finds them by
#   AEDILE_TEST_POSTGRES      URL of a superuser's connection, over a unix socket
#   AEDILE_TEST_REDIS         URL of the Redis
#   AEDILE_TEST_REDIS_SERVER  path of redis-server, for tests that kill and restart one of their own
#   AEDILE_TEST_NGINX         path of nginx; likewise AEDILE_TEST_CADDY and AEDILE_TEST_HAPROXY
#   AEDILE_TEST_PGBOUNCER     path of pgbouncer
#   AEDILE_TEST_OPENFEATURE   path of a python that has OpenFeature's own client
#   AEDILE_TEST_BROWSER       path of a python that drives chromium
# A URL that is set already is kept, and no server is started for it. AEDILE_TEST_FSYNC=on makes PostgreSQL durable, which
# only a benchmark needs. A server that can't be provided is named in one line and its variable stays unset, so its tests
# are skipped; with CI=true a missing PostgreSQL or Redis is a failure.
set -euo pipefail
PATH="$PATH:/usr/sbin:/sbin"

main() {
    make_home
    clean_up_at_the_end
    [ -n "${AEDILE_TEST_POSTGRES:-}" ] || start_postgres || do_without PostgreSQL
    [ -n "${AEDILE_TEST_REDIS:-}" ] || start_redis || do_without Redis
    export_path AEDILE_TEST_REDIS_SERVER redis-server || true
    for proxy in nginx caddy haproxy pgbouncer; do
        export_path "AEDILE_TEST_${proxy^^}" "$proxy" || echo "going without $proxy, it is not installed; its tests are skipped"
    done
    find_python OPENFEATURE || echo "going without OpenFeature's client, it is not installed; its tests are skipped"
    { command -v chromium >/dev/null && find_python BROWSER; } ||
        echo "going without a browser, it is not installed; its tests are skipped"
    run "$@"
}

run() {
    if [ -t 0 ]; then
        "$@" 9>&-
    else
        set -m # a group of its own, which can be ended as a whole
        "$@" 9>&- <&0 &
        echo $! >&9
        wait $!
    fi
}

# A short path (a socket's may have about 100 bytes) with nothing in it that a URL would escape but slashes.
make_home() {
    local base=${TMPDIR:-/tmp} user=nobody
    base=${base%/}
    if [ ${#base} -gt 50 ] || [[ $base == *[!A-Za-z0-9/._-]* ]]; then
        base=/tmp
    fi
    home=$(mktemp -d "$base/aedile.XXXXXX")
    server_user=(env)
    if [ "$(id -u)" = 0 ]; then # PostgreSQL refuses to run as root
        ! id postgres >/dev/null 2>&1 || user=postgres
        chown "$user" "$home"
        server_user=(setpriv "--reuid=$user" "--regid=$(id -g "$user")" --clear-groups --)
    fi
}

# All goes when this script goes, however it goes: a process waits for the end of a pipe that only this script holds open,
# which comes even with `kill -9`. Nobody may inherit the pipe, hence each `9>&-`.
clean_up_at_the_end() {
    exec 9> >(
        trap '' HUP INT TERM
        command_group=
        while read -r line; do command_group=$line; done
        take_down
    )
    cleaner=$!
    trap leave EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

leave() {
    local code=$?
    exec 9>&-
    wait "$cleaner" || true
    exit "$code"
}

take_down() {
    [ -z "$command_group" ] || kill -TERM -- "-$command_group" 2>/dev/null || true
    end QUIT "$home/data/postmaster.pid" # to PostgreSQL: at once, with all its processes
    end TERM "$home/redis.pid"
    rm -rf "$home" 2>/dev/null || { sleep 2 && rm -rf "$home"; } # initdb may still be writing
}

# Sends signal $1 to the server whose process id is the first line of the file $2, which it removes as its last act.
end() {
    local pid
    pid=$(head -n 1 "$2" 2>/dev/null) || return 0
    kill "-$1" "$pid" 2>/dev/null || return 0
    for _ in $(seq 200); do
        [ -e "$2" ] || return 0
        sleep 0.02
    done
    kill -KILL "$pid" 2>/dev/null || true
}

as_server() {
    (cd "$home" && exec "${server_user[@]}" "$@") 9>&- </dev/null
}

start_postgres() {
    local bin locale=(--locale=C --encoding=UTF8) log="$home/postgres.log"
    bin=$(postgres_binaries) || { reason="it is not installed" && return 1; }
    if locale -a 2>/dev/null | grep -qiE '^C\.utf-?8$'; then
        locale=(--locale=C.UTF-8)
    fi
    reason="it did not start"
    if ! {
        as_server "$bin/initdb" -D "$home/data" -U postgres -A trust --no-sync "${locale[@]}" &&
            configure_postgres >>"$home/data/postgresql.conf" &&
            as_server "$bin/pg_ctl" -D "$home/data" -l "$log" -w -t 60 start
    } >"$home/start.log" 2>&1; then
        cat "$home/start.log" "$log" 2>/dev/null || true
        return 1
    fi
    export AEDILE_TEST_POSTGRES="postgres://postgres@${home//\//%2F}/postgres"
}

configure_postgres() {
    cat <<CONF
listen_addresses = ''
unix_socket_directories = '$home'
max_connections = 300
fsync = ${AEDILE_TEST_FSYNC:-off}
full_page_writes = ${AEDILE_TEST_FSYNC:-off}
CONF
}

# The folder of the one in the PATH, or of Debian's newest.
postgres_binaries() {
    local initdb
    initdb=$(command -v initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n 1)
    [ -n "$initdb" ] && dirname "$(readlink -f "$initdb")"
}

start_redis() {
    local server port log
    server=$(command -v redis-server) || { reason="it is not installed" && return 1; }
    reason="it did not start"
    for _ in 1 2 3 4 5; do # the port may be taken
        port=$((20000 + RANDOM % 12000))
        log="$home/redis-$port.log"
        as_server "$server" --port "$port" --bind 127.0.0.1 --save '' --appendonly no --dir "$home" \
            --daemonize yes --pidfile "$home/redis.pid" --logfile "$log" >"$home/start.log" 2>&1 || break
        if is_ready "$log"; then
            export AEDILE_TEST_REDIS="redis://127.0.0.1:$port"
            return 0
        fi
        is_taken "$log" || break
    done
    cat "$home/start.log" "$log" 2>/dev/null || true
    return 1
}

is_ready() {
    for _ in $(seq 100); do
        ! grep -q 'Ready to accept connections' "$1" 2>/dev/null || return 0
        ! is_taken "$1" || return 1
        sleep 0.05
    done
    return 1
}

is_taken() {
    grep -q 'Failed listening' "$1" 2>/dev/null
}

do_without() {
    if [ "${CI:-}" = true ]; then
        echo "$1 is needed where CI=true: $reason"
        exit 1
    fi
    echo "going without $1, $reason; its tests are skipped"
}

# Sets variable $1 to the path of program $2.
export_path() {
    local path
    path=$(command -v "$2") && export "$1=$path"
}

# Sets AEDILE_TEST_$1 to the path of a python that has what it needs.
find_python() {
    local path
    path=$("$(dirname "$0")/python-for.sh" "${1,,}" --if-installed 2>/dev/null 9>&-) && export "AEDILE_TEST_$1=$path"
}

if [ $# -eq 0 ]; then
    echo "usage: scripts/with-servers.sh COMMAND [ARGUMENT]…" >&2
    exit 2
fi
main "$@"
