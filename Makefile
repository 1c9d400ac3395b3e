# The ways into the house; `make help` lists them. Needs Python 3.11 or newer and make, nothing else.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
PACKAGES := app bot core mail scheduler simulator migrations locales
WORKERS ?= auto

# ---------------------------------------------------------------- Use

.PHONY: run
run: $(VENV)/run.stamp ## start the product with BOT_TOKEN, the demo without
	@if [ -n "$${BOT_TOKEN:-}" ] || grep -Eqs '^BOT_TOKEN=.' .env; then exec $(BIN)/zveno run; else exec $(BIN)/zveno demo; fi

.PHONY: demo
demo: $(VENV)/run.stamp ## start the demo, whatever the settings say
	@exec $(BIN)/zveno demo

# ---------------------------------------------------------------- Work

.PHONY: setup
setup: $(VENV)/dev.stamp ## make the virtual environment with everything that tests and checks need

.PHONY: test
test: setup programs ## run the whole suite, on SQLite and on PostgreSQL
	@$(BIN)/pytest -q -n $(WORKERS) --dist worksteal

.PHONY: check
check: setup ## what CI checks beside the tests: format, lint, types, import contracts, migrations, catalogues
	@.ci/check

.PHONY: format
format: setup ## format the code and repair what the linter can repair
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

.PHONY: fuzz
fuzz: setup ## run the property tests for longer, read 100,000 broken letters, and kill the process hundreds of times
	@HYPOTHESIS_PROFILE=fuzz $(BIN)/pytest -q -n $(WORKERS) -m hypothesis --timeout 1800
	@FUZZ_INPUTS=100000 $(BIN)/pytest -q -s tests/mail/test_parser_fuzz.py
	@HYPOTHESIS_PROFILE=fuzz $(BIN)/pytest -q -n $(WORKERS) tests/acceptance/test_kill.py tests/acceptance/test_kill_import.py

.PHONY: bench
bench: setup ## run every benchmark beside its peer
	@for one in bench/[a-z]*.py; do echo "== $$one"; $(BIN)/python $$one; done

# ---------------------------------------------------------------- Upkeep

.PHONY: migration
migration: setup ## write the next migration from the models: make migration m="add a column"
	@test -n "$(m)" || { echo 'say what it does: make migration m="..."' >&2; exit 2; }
	@place=$$(mktemp -d); trap 'rm -rf "$$place"' EXIT; \
	$(BIN)/python -m migrations.runner "sqlite:///$$place/zveno.db" revision "$(m)"; $(BIN)/ruff format --quiet migrations

.PHONY: translations
translations: setup ## collect the sentences of the code into the catalogues
	@$(BIN)/python -m locales.update
	@$(BIN)/python -m locales.check || true

.PHONY: pictures
pictures: setup programs ## take the pictures of the documentation from a running demo
	@$(BIN)/python docs/pictures/take.py

.PHONY: lock
lock: setup ## write both locks anew, with hashes and without any index address
	@$(BIN)/uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --quiet --upgrade -o requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --group build --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --quiet -c requirements.lock -o requirements-dev.lock

.PHONY: clean
clean: ## remove the virtual environment and what tools have left; never var/, which holds data
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find $(PACKAGES) tests bench -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help
help: ## list these
	@awk 'BEGIN {FS = ":.*## "} /^# -+ / {sub(/^# -+ /, ""); printf "\n%s\n", $$0} \
		/^[a-z-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# how the house is set up: no commands

$(VENV)/bin/python:
	@.ci/make-venv $(VENV)

# The developer's environment holds all that running needs, so that a start after `make setup` installs nothing.
$(VENV)/run.stamp: requirements.lock pyproject.toml | $(VENV)/bin/python
	@if cmp -s requirements-dev.lock $(VENV)/dev.stamp; then cp requirements.lock $@; else .ci/install requirements.lock $@; fi

$(VENV)/dev.stamp: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	@.ci/install requirements-dev.lock $@
	@cp requirements.lock $(VENV)/run.stamp

.PHONY: programs
programs:
	@.ci/install-programs
