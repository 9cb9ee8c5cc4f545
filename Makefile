# Jejak: two commands.
#   make run    set up what the main job needs and run it on the embedded demo newsroom
#   make test   set up everything and pass all tests
# Both are quick the second time. Needed beforehand: Python 3.11 to 3.13, make, a C compiler.

PYTHON ?= python3
VENV ?= .venv
# Where larger gold files lie, if they do; without them the project's own are scored.
SHARED ?= $(wildcard ../shared)
TORCH ?= torch==2.13.0
# Test processes side by side; a file's tests stay together, for they share what is slow to set up.
JOBS ?= 2
BIN := $(VENV)/bin
# The pinned build back end serves the build too, so that tomorrow's install is today's.
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
INSTALL := $(PIP) install --constraint constraints.txt

.DEFAULT_GOAL := help
.PHONY: help run test quick lint types gold bench lock chromium clean

help: ## Show this list.
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' Makefile

run: $(VENV)/.core ## Set up and run the main job on the demo newsroom.
	$(BIN)/jejak run --demo

test: $(VENV)/.full chromium lint types ## Set up everything and pass all tests.
	$(BIN)/python -m coverage erase
	$(BIN)/python -m pytest --numprocesses $(JOBS) --dist loadfile --no-loadscope-reorder --cov --cov-report=
	$(BIN)/python -m coverage report

quick: $(VENV)/.full ## The tests that take seconds.
	$(BIN)/python -m pytest -m "not slow"

lint: $(VENV)/.full
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.full
	$(BIN)/mypy

gold: $(VENV)/.core ## Score extraction on the gold articles.
	JEJAK_SHARED="$(SHARED)" $(BIN)/python benchmarks/gold.py

bench: $(VENV)/.full ## Measure speed beside peers; takes some minutes.
	for name in cleaning relevance extraction load demo_run; do $(BIN)/python -m benchmarks.$$name || exit 1; done

$(BIN)/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v <= (3, 13) else f"Jejak needs Python 3.11 to 3.13, but $(PYTHON) is {v[0]}.{v[1]}: give another, for example make PYTHON=python3.12 run")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.core: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Setting up (some minutes the first time) ..."
	$(INSTALL) hatchling editables
	$(INSTALL) --no-build-isolation --editable .
	@touch $@

# Torch first, by its exact version: plain `stanza` would resolve a build of several gigabytes.
$(VENV)/.full: $(VENV)/.core
	$(PIP) install "$(TORCH)"
	$(INSTALL) --no-build-isolation --editable ".[dev,stanza]"
	@touch $@

# The browser test needs Chromium; where it cannot be installed, that test says so and is skipped.
chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium >/dev/null; \
	else echo "Chromium is missing: install it for the browser test"; fi

lock: ## Resolve the pinned versions anew, in a fresh environment.
	rm -rf .venv-lock && $(PYTHON) -m venv .venv-lock
	.venv-lock/bin/pip install --quiet "$(TORCH)"
	.venv-lock/bin/pip install --quiet hatchling editables ".[dev,stanza]"
	@{ echo "# Pinned by 'make lock'. Torch is installed apart: see the Makefile."; \
	   .venv-lock/bin/pip freeze --exclude jejak | grep -ivE '^(torch|triton|nvidia|cuda)'; } > constraints.txt
	rm -rf .venv-lock

clean: ## Remove the environment and what the demo left.
	rm -rf $(VENV) data/demo build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
