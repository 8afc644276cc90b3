# `make` lists what can be made.
.DEFAULT_GOAL := help
.PHONY: help run demo test lint bench fuzz mutants simulate

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## start the server on a demo database
	cargo run --bin aedile -- serve --demo

demo: ## walk through a demo, command by command
	@scripts/demo.sh

test: ## all tests, on SQLite and on a throwaway PostgreSQL and Redis
	@scripts/test.sh

lint: ## format, clippy, and the architecture rules
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --all-features -- -D warnings
	@scripts/check-architecture.sh

bench: ## measure the server (release build, durable PostgreSQL)
	@scripts/install-deps.sh bench
	AEDILE_TEST_FSYNC=on scripts/with-servers.sh cargo run --release -p aedile-bench

fuzz: ## send a demo server whatever its OpenAPI documents allow, and more
	@scripts/fuzz.sh

seconds ?= 3600
seed ?= $(shell date +%s)
simulate: ## run random histories of payments on both databases: make simulate seconds=3600 seed=1
	AEDILE_SIMULATE_SECONDS=$(seconds) AEDILE_SEED=$(seed) \
		scripts/with-servers.sh cargo test --workspace --all-features --test it -- payments_survive --nocapture

crate ?= billing
mutants: ## say how many faults put into a domain crate its tests catch: make mutants crate=rbac
	@scripts/mutants.sh $(crate)
