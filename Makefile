# Two commands: make run, make test. `make help` lists the rest.
.DEFAULT_GOAL := help
.SUFFIXES:
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TESTS ?=
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Compiled code is kept, whatever the shell says: a second start takes a third of the time.
export PYTHONDONTWRITEBYTECODE :=
# http-ece, which only the tests use, comes as source.
LOCKED := --no-deps --require-hashes --only-binary :all: --no-binary http-ece

# uv installs the same lock in a tenth of the time; where it cannot be had, pip does it.
install = \
	[ -x $(BIN)/uv ] || $(BIN)/python -m pip install -q $(LOCKED) -r requirements-uv.txt || true; \
	if [ -x $(BIN)/uv ]; then $(BIN)/uv pip install -q --compile-bytecode --python $(BIN)/python $(LOCKED) -r $(1); \
	else $(BIN)/python -m pip install -q $(LOCKED) -r $(1); fi

help: ## This list
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1\t/p' Makefile | expand -t 16

run: $(VENV)/.run ## Start Kizuki here; LAN=1: for the phones in this network, too
	@exec $(if $(filter 1,$(LAN)),env KIZUKI_LAN=1) flask --app app serve

install: $(VENV)/.run ## What a server needs, and nothing else
	@$(BIN)/python -m compileall -q app.py blueprints models pwa

test: $(VENV)/.dev node_modules/.stamp browser lint ## Everything that has to hold (TESTS="…" for a part)
	@pytest -n 3 $(TESTS)

test-all: $(VENV)/.dev node_modules/.stamp browser lint ## The same in every language and with the long runs
	@KIZUKI_TEST_EVERYTHING=1 pytest -n 3 --timeout=1800 --cov --cov-report=term:skip-covered $(TESTS)

lint: $(VENV)/.dev node_modules/.stamp ## Format, style, types, imports, templates, scripts, stylesheets
	@ruff format --check --quiet --output-format concise .
	@ruff check --quiet .
	@mypy --no-error-summary
	@said=$$(lint-imports) || { echo "$$said"; exit 1; }
	@djlint --lint --quiet blueprints pwa
	@node_modules/.bin/biome check --log-level=warn

format: $(VENV)/.dev node_modules/.stamp ## Let the formatters write
	@ruff check --quiet --fix-only --select I .
	@ruff format --quiet .
	@node_modules/.bin/biome format --write

bench: $(VENV)/.dev ## Measure the server against its floors (prints one table)
	@python -m tests.load.bench

bench-sizes: $(VENV)/.dev ## Measure whether a desk of a million notes is slower than one of a thousand (SIZES=)
	@python -m tests.load.sizes $(if $(SIZES),--sizes $(SIZES))

bench-phone: $(VENV)/.dev .lighthouse/.stamp browser ## Measure what a phone loads and waits for, and Lighthouse (prints one table)
	@python -m tests.load.phone.bench

faults-phone: $(VENV)/.dev node_modules/.stamp browser ## Break phones, server and line: nothing may be lost (SEED=, PHONES=, NOTES=, KILLS=)
	@python -m tests.faults.phones

i18n: $(VENV)/.dev ## Compare the words in use with the catalogues; missing ones are added, empty
	@python -m tests.support.catalogues

migration: $(VENV)/.dev ## Draft a revision from the models: MESSAGE="what changes"
	@python -m models.migrations.draft "$(MESSAGE)"

lock: $(VENV)/.dev ## Make the lock files anew from the *.in files
	@for set in requirements requirements-dev requirements-uv; do \
		uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header \
			--no-annotate --python-version 3.11 $(UPGRADE) $$set.in -o $$set.txt; done

clean: ## Remove what was installed and built; instance/ stays
	rm -rf $(VENV) node_modules .lighthouse .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .coverage*

browser: # Three browsers, one of them without windows too, a screen and a Japanese font, from Debian's packages where root asks
	@set --; has() { command -v "$$1" >/dev/null; }; \
	[ -n "$(CHROMIUM)" ] || has chromium || set -- "$$@" chromium; \
	[ -n "$(CHROMIUM)" ] || has chromium-headless-shell || set -- "$$@" chromium-headless-shell; \
	[ -n "$(FIREFOX)" ] || has firefox-esr || set -- "$$@" firefox-esr; \
	[ -n "$(WEBKIT_DRIVER)" ] || has WebKitWebDriver || set -- "$$@" webkit2gtk-driver libwebkit2gtk-4.1-0; \
	has Xvfb || set -- "$$@" xvfb; \
	{ has fc-list && fc-list :lang=ja | grep -q .; } || set -- "$$@" fonts-ipafont-gothic; \
	[ $$# = 0 ] || { [ "$$(id -u)" = 0 ] && apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
		apt-get install -yqq --no-install-recommends "$$@" >/dev/null; } || \
		{ echo "The browser tests need: sudo apt install $$*"; \
		echo "or what is there: make test CHROMIUM=/path FIREFOX=/path WEBKIT_DRIVER=/path"; exit 1; }

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Kizuki needs Python 3.11 or later: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "Python's venv module is missing: sudo apt install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt requirements-uv.txt | $(BIN)/python
	@echo "Installing …"
	@$(call install,requirements.txt)
	@touch $@

$(VENV)/.dev: requirements-dev.txt requirements-uv.txt | $(BIN)/python
	@echo "Installing what the tests need …"
	@$(call install,requirements-dev.txt)
	@touch $@ $(VENV)/.run

node_modules/.stamp: package-lock.json package.json | $(VENV)/.dev
	@npm ci --ignore-scripts --loglevel=error >/dev/null
	@touch $@

# What only a bench needs comes with it.
.lighthouse/.stamp: tests/load/phone/package-lock.json tests/load/phone/package.json | $(VENV)/.dev
	@mkdir -p .lighthouse && cp $^ .lighthouse && cd .lighthouse && \
		npm ci --ignore-scripts --loglevel=error >/dev/null && touch .stamp

.PHONY: help run install test test-all lint format bench bench-sizes bench-phone faults-phone i18n migration lock clean browser
