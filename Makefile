# One task a line of help: `make` prints what stands behind the ##.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install
# A dot for each package; all that pip said, when it fails.
DOTS = 2>&1 | tee .venv/pip.log | awk '/^(Collecting|Requirement already)/ { printf "."; fflush() } END { print "" }' \
	&& ! grep -q '^ERROR' .venv/pip.log || { cat .venv/pip.log; exit 1; }
SHELL := /bin/bash -o pipefail

.DEFAULT_GOAL := help
.PHONY: help demo playground test check fix types run migration bench lock clean

help: ## what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

# The venv is made whole or not at all: a half-installed one has no stamp.
.venv/.main: requirements/main.txt requirements/build.txt pyproject.toml
	@echo "Installing Muster into .venv (about a minute, once) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo "Muster needs Python 3.11; say PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(PIP) --require-hashes -r requirements/build.txt -r requirements/main.txt $(DOTS)
	@$(PIP) --quiet --no-deps --no-build-isolation -e .
	@touch $@

.venv/.charts: .venv/.main requirements/charts.txt
	@echo "Installing what draws charts ..."
	@$(PIP) --require-hashes -r requirements/charts.txt $(DOTS)
	@touch $@

.venv/.dev: .venv/.main requirements/dev.txt
	@echo "Installing what the tests need ..."
	@$(PIP) --require-hashes -r requirements/dev.txt $(DOTS)
	@touch $@

demo: .venv/.main ## four weeks of reviews, checks, updates and an incident on a local Slack, no account needed
	@$(BIN)/muster demo

playground: .venv/.charts ## the demo in a local Slack in your browser; fetches 91 MB once (needs npm)
	@$(BIN)/muster playground

# What drives the browser in the browser tests; where it cannot be had they are skipped, and say so.
DRIVER := tests/browser/node_modules/.package-lock.json
$(DRIVER): tests/browser/package-lock.json
	@if command -v npm >/dev/null; then npm ci --prefix tests/browser --silent && touch $@; \
	else echo "npm is not here: the browser tests will be skipped."; fi

test: .venv/.dev $(DRIVER) ## every test, on SQLite and on Postgres
	@$(BIN)/python -m pytest

check: .venv/.dev ## formatting, lint, types and import contracts: what CI runs
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/codespell

fix: .venv/.dev ## mend what the linters can mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: .venv/.dev ## mypy alone
	@$(BIN)/mypy

run: .venv/.charts ## everything in one process, against the workspace that .env names
	@$(BIN)/muster run

migration: .venv/.main ## a new migration: make migration name=what_changed
	@url=sqlite:///$$(mktemp -d)/as-it-is.db; DATABASE_URL=$$url $(BIN)/muster migrate && \
	$(BIN)/alembic -x url=$$url revision --autogenerate -m "$(name)" --rev-id "$$(date -u +%Y%m%d)_$(name)"

bench: .venv/.dev ## speed as ratios against a floor; rows=10000000 for the full size
	@$(BIN)/python -m benchmarks $(if $(rows),--rows $(rows))

lock: ## pin requirements anew, with hashes and without addresses (needs uv)
	uv pip compile requirements/build.in --generate-hashes --no-emit-index-url --no-header --python-version 3.11 -o requirements/build.txt
	uv pip compile pyproject.toml --generate-hashes --no-emit-index-url --no-header --python-version 3.11 -o requirements/main.txt
	uv pip compile pyproject.toml --extra charts -c requirements/main.txt --generate-hashes --no-emit-index-url --no-header --python-version 3.11 -o requirements/charts.txt
	uv pip compile pyproject.toml --extra dev -c requirements/main.txt --generate-hashes --no-emit-index-url --no-header --python-version 3.11 -o requirements/dev.txt

clean: ## remove what can be made again
	rm -rf .venv .cache build *.egg-info
