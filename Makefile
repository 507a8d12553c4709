# Deskbell. `make help` tells what there is. Every target sets up what it needs, once: .venv with the locked versions.

BIN := .venv/bin
READY := .venv/ready
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run test check deep bench lock
.DELETE_ON_ERROR:

help:            ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' Makefile

run: $(READY)    ## the demo: opens the desk and prints its address; Ctrl-C ends it
	@$(BIN)/deskbell demo

test: $(READY)   ## all tests, quickly (under five minutes on two cores); ARGS="tests/desk -x" narrows
	@.ci/browser || true
	$(BIN)/pytest -n 4 --dist loadgroup $(ARGS)

check: $(READY)  ## style, types, layers, dependencies
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

deep: $(READY)   ## the same tests with many more examples, seeds and kills; takes hours
	@.ci/browser || true
	HYPOTHESIS_PROFILE=deep DESKBELL_SEEDS=20000 DESKBELL_KILLS=100 \
		$(BIN)/pytest -n 4 --dist loadgroup --timeout 14400 $(ARGS)

bench: $(READY)  ## what it can bear, each figure beside its baseline
	@$(BIN)/python -m bench $(ARGS)

lock:            ## renew requirements.lock from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --extra reports --extra snmp --extra dev --universal --python-version 3.11 --upgrade \
		--generate-hashes --no-emit-index-url --no-header --no-annotate -q -o requirements.lock

$(READY): requirements.lock pyproject.toml .ci/setup
	@.ci/setup
	@touch $@
