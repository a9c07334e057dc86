# Everything here works in a fresh clone; `make env` is what the rest stands on.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8400
LOCK := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet

ALL_TESTS := --numprocesses auto --maxprocesses 4 --dist loadfile --durations 10 --durations-min 5 -rs --cov --cov-report term:skip-covered

.PHONY: help env env-dev demo test check format bench soak pictures lock clean

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(VENV)/uv.stamp: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; choose one with make PYTHON=python3.11 …")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/uv.txt
	@touch $@

$(VENV)/runtime.stamp: $(VENV)/uv.stamp requirements/runtime.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/runtime.txt
	@touch $@

$(VENV)/dev.stamp: $(VENV)/runtime.stamp requirements/dev.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@touch $@

env: $(VENV)/runtime.stamp ## the environment the shop runs in

env-dev: $(VENV)/dev.stamp ## and what its tests and checks need

demo: env ## the whole shop in a browser, no token (HEADLESS=1: play a customer and print it)
	@$(BIN)/python -m bot.sandbox --port $(PORT) $(if $(HEADLESS),--headless)

test: env-dev ## all tests, or those named: make test ARGS=tests/shop
	@$(BIN)/python -m pytest $(or $(ARGS),$(ALL_TESTS))

check: env-dev ## format, lint, types, walls, dependencies, duplicates, dead code
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@PYTHONPATH=. $(BIN)/lint-imports --no-cache
	@$(BIN)/deptry .
	@$(BIN)/vulture
	@$(BIN)/pylint --rcfile=pyproject.toml main.py bot handlers services db

format: env-dev ## put the code in form
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .

bench: env-dev ## the benchmarks; writes var/bench.json
	@$(BIN)/python -m tests.bench

soak: env-dev ## plugs are pulled for hours (KILLS=2000 SEED=1 PARTS="kills points"); writes var/soak.json
	@$(BIN)/python -m tests.soak $(PARTS) $(if $(KILLS),--kills $(KILLS)) $(if $(SEED),--seed $(SEED)) $(SOAK)

pictures: env-dev ## the README's pictures, taken from the demo
	@$(BIN)/python -m tests.e2e.pictures

lock: $(VENV)/uv.stamp ## renew the lock files from pyproject.toml
	@$(LOCK) requirements/uv.in -o requirements/uv.txt
	@$(LOCK) pyproject.toml -o requirements/runtime.txt
	@$(LOCK) --extra dev -c requirements/runtime.txt pyproject.toml -o requirements/dev.txt

clean: ## forget the environment and the demo's data
	@rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache
