.DEFAULT_GOAL := help
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
ARGS ?=
CLIENTS := $(addprefix tests/clients/,install.py package-lock.json requirements.txt)

.PHONY: help run test check both-ways orders fuzz format bench clean

help: ## Show what can be done
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.run ## Serve a seeded sandbox (ARGS="--port 9000 ...")
	$(BIN)/mockserver serve $(ARGS)

test: $(VENV)/.dev tests/clients/node_modules/.installed ## Run every test (ARGS="-k name ...")
	$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

check: $(VENV)/.dev ## Lint, format, types, import rules, docs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_architecture.py $(wildcard tests/*/test_documentation.py)

both-ways: $(VENV)/.dev ## Ask the API the fast ways and by Flask's dispatch, and compare the bytes
	$(BIN)/python -m pytest -q -p tests.wire.recording --both-ways -n 2 --dist loadfile $(or $(ARGS),tests/web)

orders: $(VENV)/.dev ## Do 100,000 random operations on orders (ARGS="--operations 5000 --seed 7 ...")
	$(BIN)/python -m tests.commerce.random_orders $(ARGS)

fuzz: $(VENV)/.dev ## Hold the API against its OpenAPI document for ten minutes (ARGS="--max-time 60 ...")
	$(BIN)/python -m tests.openapi.fuzzing $(ARGS)

format: $(VENV)/.dev ## Format the code and fix what can be fixed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.dev ## Measure speed as ratios against a peer in the same run
	$(BIN)/python -m benchmarks $(ARGS)

clean: ## Remove what the targets above have made
	rm -rf $(VENV) tests/clients/node_modules tests/clients/.venv .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[fast]'
	@touch $@

$(VENV)/.dev: $(VENV)/bin/python pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test,check]'
	@touch $@ $(VENV)/.run

tests/clients/node_modules/.installed: $(CLIENTS) $(VENV)/.dev
	$(BIN)/python tests/clients/install.py
	@touch $@
