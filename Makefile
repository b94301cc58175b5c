# The commands people type. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help

## help: this list
help:
	@grep -E '^## ' $(MAKEFILE_LIST) | sed -e 's/^## /  make /' -e 's/: /\t/' | column -t -s $$'\t'

## demo: build, start real Kafka, ClickHouse and Prometheus, stream a simulated centre (or LOG=path of a queue_log), show the board
demo:
	@deploy/local/bootstrap rust python java
	@deploy/demo $(if $(LOG),--log "$(LOG)") $(DEMO)

## test: everything that is tested: formatting, lints, units, laws, the whole pipeline against the real parts
test:
	@deploy/local/bootstrap rust python java
	@tests/run

## bench: throughput, memory and latency beside the limits of this machine (PEERS=1 adds Kafka Streams and Flink)
bench:
	@deploy/local/bootstrap rust python java
	@benches/run

## quarter: 90 days of 1,000 agents (2 million contacts) through a local stack, and with twice the agents; compares and measures; takes an hour or two
quarter:
	@deploy/local/bootstrap rust python java
	@cargo test --release --locked --test pipeline_centre -- --ignored --nocapture a_quarter

## evaluate: how good the early warning of attrition is, on ten seeds of the reference world (EVALUATE="--world flu --seeds 3" for another)
evaluate:
	@deploy/local/bootstrap rust
	@cargo build --release --locked --quiet --bin holdfast
	@target/release/holdfast evaluate $(if $(EVALUATE),$(EVALUATE),--seeds 10)

## compare-attrition: the early warning beside scikit-learn and river on the same rows of ten simulated worlds; takes six minutes (SEEDS=2 for less)
compare-attrition:
	@deploy/local/bootstrap rust python
	@tests/attrition/run

## build: the binary, optimised
build:
	@deploy/local/bootstrap rust
	@cargo build --release --locked --bin holdfast

## check: formatting, lints and unit tests only (no Kafka, no ClickHouse)
check:
	@cargo fmt --all --check
	@cargo clippy --workspace --all-targets --locked -- -D warnings
	@cargo test --workspace --locked --lib --bins --doc 2>/dev/null || cargo test --workspace --locked --lib --bins

## docs: regenerate docs/kpis.md and the API documentation
docs:
	@cargo run --quiet -p kpi --example write_kpis > docs/kpis.md
	@cargo doc --workspace --no-deps

## stack-up: start Kafka, ClickHouse, Prometheus and Alertmanager for development
stack-up:
	@deploy/local/stack up

## stack-down: stop them
stack-down:
	@deploy/local/stack down

.PHONY: help demo test bench quarter evaluate compare-attrition build check docs stack-up stack-down
