#!/usr/bin/env bash
# Checks the architecture rules: what may depend on what, what may be built in, and what each crate and file looks like.
# Each violation is one line that says where it is and what to do; several may be shown at once.
set -euo pipefail
cd "$(dirname "$0")/.."

main() {
    cargo tree --locked --workspace --all-features >/dev/null # so that a broken manifest is told once, by cargo

    domain_crates_are_pure
    domain_crates_are_siblings
    adapters_know_no_adapter_and_no_entry_point
    api_knows_no_adapter

    forbidden_crates_stay_out
    cargo_deny_agrees

    crates_are_documented
    crates_leave_versions_and_lints_to_the_workspace
    files_are_short
    nothing_is_left_undone_or_silenced
    inputs_are_all_input
    lists_say_what_they_cost
    migrations_go_in_step
    no_registry_host_is_named

    if [ "$violations" -gt 0 ]; then
        echo "violations of the architecture rules: $violations"
        exit 1
    fi
    echo "the architecture rules hold"
}

# ---- What may depend on what

domain_crates_are_pure() {
    local technology='diesel.*|libsqlite3-sys|pq-sys|rusqlite|sqlx.*|actix.*|hyper.*|reqwest|tokio.*|redis|lettre|async-stripe.*'
    local folder name used
    for folder in crates/domain/*/; do
        name=$(crate_in "$folder")
        for used in $(tree -p "$name" -e normal | grep -xE "$technology" || true); do
            broken "${folder}Cargo.toml: $name must not reach $used: put what needs it behind a port, in an adapter" \
                "(cargo tree -p $name -i $used)"
        done
    done
}

domain_crates_are_siblings() {
    local folder name used
    for folder in crates/domain/*/; do
        name=$(crate_in "$folder")
        for used in $(own_crates_used_by "$name"); do
            [ "$used" = aedile-kernel ] ||
                broken "${folder}Cargo.toml: $name must not depend on $used: say what it needs in a port of its own"
        done
    done
}

adapters_know_no_adapter_and_no_entry_point() {
    local folder name used
    for folder in crates/adapters/*/; do
        name=$(crate_in "$folder")
        for used in $(own_crates_used_by "$name"); do
            ! is_listed "$used" "$adapters aedile-api aedile" ||
                broken "${folder}Cargo.toml: $name must not depend on $used: the binary crate wires them together"
        done
    done
}

api_knows_no_adapter() {
    local used
    for used in $(own_crates_used_by aedile-api); do
        ! is_listed "$used" "$adapters aedile" ||
            broken "crates/api/Cargo.toml: aedile-api must not depend on $used: it speaks to ports and operations only"
    done
}

# ---- What may be built in

# The list stands in deny.toml, one entry a line: `{ crate = "NAME" …` or `{ crate = "NAME:<VERSION" …`.
forbidden_crates_stay_out() {
    local built name below wrappers version user
    built=$(cargo tree --locked --workspace --all-features --prefix none | awk '{ print $1, $2 }' | sort -u)
    while IFS='|' read -r name below wrappers; do
        while read -r version; do
            [ -n "$version" ] || continue
            if [ -n "$below" ]; then
                ! is_below "$version" "$below" ||
                    broken "Cargo.lock: $name $version has a known hole, see deny.toml: cargo update -p $name"
            elif [ -z "$wrappers" ]; then
                broken "Cargo.lock: $name $version must not be built in, see deny.toml: cargo tree -i $name -e features"
            else
                for user in $(tree --workspace -i "$name@${version#v}" --depth 1); do
                    is_listed "$user" "$wrappers $name" ||
                        broken "Cargo.lock: $user must not use $name, see deny.toml: cargo tree -i $name -e features"
                done
            fi
        done < <(awk -v name="$name" '$1 == name { print $2 }' <<<"$built")
    done < <(forbidden_crates)
}

# Lines of name|version|wrappers.
forbidden_crates() {
    sed -nE 's/^ *\{ crate = "([^":]+)(:<([^"]+))?",( wrappers = \[([^]]*)\],)?.*/\1|\3|\5/p' deny.toml | tr -d '",'
}

cargo_deny_agrees() {
    if cargo deny --version >/dev/null 2>&1; then
        cargo deny --locked --log-level error check bans licenses sources || broken "deny.toml: cargo-deny disagrees, see above"
    else
        echo "note: cargo-deny is not installed, so licences and sources are not checked"
    fi
}

# ---- What each crate and file looks like

crates_are_documented() {
    local folder root
    for folder in $all_folders; do
        root="${folder}src/lib.rs"
        [ -e "$root" ] || root="${folder}src/main.rs"
        [ -e "${folder}README.md" ] || broken "$folder: has no README.md: say what the crate is for"
        grep -qF '#![doc = include_str!("../README.md")]' "$root" ||
            broken "$root:1: must take its doc from the README: #![doc = include_str!(\"../README.md\")]"
    done
}

crates_leave_versions_and_lints_to_the_workspace() {
    local folder
    for folder in $all_folders; do
        grep -A1 -xF '[lints]' "${folder}Cargo.toml" | grep -qxF 'workspace = true' ||
            broken "${folder}Cargo.toml: must take its lints from the workspace: [lints] workspace = true"
        each_line broken < <(awk '
            /^\[/ { dependencies = /dependencies/ }
            dependencies && /^[A-Za-z0-9_-]+[ .]/ && !/workspace = true/ {
                print FILENAME ":" FNR ": put the version in the root Cargo.toml and write `workspace = true` here: " $0
            }' "${folder}Cargo.toml")
    done
}

files_are_short() {
    local lines file
    while read -r lines file; do
        if [ "$lines" -gt 350 ]; then
            broken "$file:350: has $lines lines, 350 is the most: give its second subject a file of its own"
        elif [ "$lines" -gt 300 ]; then
            echo "note: $file has $lines lines, the most is 350"
        fi
    done < <(rust_files | xargs wc -l | awk '$2 != "total"')
}

nothing_is_left_undone_or_silenced() {
    local undone='\b(todo|unimplemented|dbg)!|#!?\[(ignore|allow\()'
    each_line broken < <(rust_files | xargs grep -nE "$undone" /dev/null |
        sed -E 's/^([^:]+:[0-9]+:)[[:space:]]*/\1 finish it, or use #[expect(…, reason = "…")]: /')
}

# An input's field that no caller sends gets a default where an entry point forgets to set it. What the server decides is
# in the runner's policy. Inputs stand beside their operations; models are answers and rows.
inputs_are_all_input() {
    each_line broken < <(rust_files | grep '^crates/domain/' | grep -vE '/kernel/|/model[.]rs$' |
        xargs grep -nE 'serde[(](.*, *)?skip([)]|,|_deserializing)' /dev/null |
        sed -E 's/^([^:]+:[0-9]+:)[[:space:]]*/\1 put what the server decides into Policy, not into an input: /')
}

# A list that does not say so passes over thousands of rows beside small reads, which then find no connection.
lists_say_what_they_cost() {
    each_line broken < <(rust_files | grep '^crates/domain/' | xargs grep -lE '^impl Query for' |
        xargs grep -lE '^ +pub page: PageRequest,' | xargs grep -LE '^ +fn cost[(]&self[)]' |
        sed 's|$|:1: a list by pages says how much it reads: fn cost(\&self) -> ReadCost { self.page.cost() }|')
}

migrations_go_in_step() {
    local folder=migrations
    each_line broken < <(diff <(ls "$folder/sqlite") <(ls "$folder/postgres") |
        sed -nE "s|^< (.*)|$folder/sqlite/\1: the same step is needed in $folder/postgres|p
                 s|^> (.*)|$folder/postgres/\1: the same step is needed in $folder/sqlite|p")
}

# Where packages come from is a setting of the machine (a mirror, a proxy), not of the project.
no_registry_host_is_named() {
    local host='(index|static)[.]crates[.]io|//(www[.])?crates[.]io'
    host="$host|registry[.](npmjs|yarnpkg)[.]|//pypi[.]|pythonhosted[.]|proxy[.]golang[.]|//rubygems[.]"
    each_line broken < <(grep -rnIoE "$host" . --exclude-dir=.git --exclude-dir=target --exclude-dir=node_modules |
        sed 's|^\./||; s|$|: name no registry host: where packages come from is a setting of the machine|')
}

# ---- Helpers

violations=0

broken() {
    echo "$*"
    violations=$((violations + 1))
}

each_line() {
    local line
    while IFS= read -r line; do "$@" "$line"; done
}

# The names of the crates in a cargo tree.
tree() {
    cargo tree --locked --all-features --prefix none "$@" | awk '{ print $1 }' | sort -u
}

own_crates_used_by() {
    tree -p "$1" -e normal,build --depth 1 | grep -E '^aedile(-|$)' | grep -vxF "$1" || true
}

crate_in() {
    sed -nE '/^\[package\]/,/^\[/ s/^name = "(.*)"/\1/p' "$1/Cargo.toml"
}

is_listed() {
    [[ " $2 " == *" $1 "* ]]
}

# Whether version $1 (as v1.2.3) comes before $2.
is_below() {
    [ "${1#v}" != "$2" ] && [ "$(printf '%s\n%s\n' "${1#v}" "$2" | sort -V | head -n 1)" = "${1#v}" ]
}

files_named() {
    find . \( -name target -o -name '.?*' \) -prune -o -name "$1" -print | sed 's|^\./||' | sort
}

rust_files() {
    files_named '*.rs'
}

all_folders=$(files_named Cargo.toml | sed -n 's|/Cargo.toml$|/|p')
adapters=$(for folder in crates/adapters/*/; do crate_in "$folder"; done | tr '\n' ' ')
main
