# make run | test | bench | torture | lint | fmt. Needs Python 3.11 or newer with venv, and make; nothing else.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8501
BIN := .venv/bin

.PHONY: run test bench torture lint fmt clean ministack

run: .venv/installed
	@HOST=$(HOST) PORT=$(PORT) $(BIN)/python -m core.serve

test: .venv/installed-dev
	@$(BIN)/python tests/browser_ready.py
	@$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

bench: .venv/installed-dev
	@$(BIN)/python -m benchmarks

torture: .venv/installed-dev
	@$(BIN)/python -m benchmarks.torture $(TORTURE)

lint: .venv/installed-dev
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy

fmt: .venv/installed-dev
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit("SES Desk needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Name another: make PYTHON=python3.12 …") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv .venv || { echo "SES Desk needs Python's venv: apt install python3-venv"; exit 1; }
	@touch $@

.venv/installed: requirements.txt .venv/made
	@echo "Installing what SES Desk needs into .venv (once, about a minute)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	@echo "Installing what the tests need into .venv (once)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# Optional: one more emulator of Amazon for tests/second_opinion, which run it in a network namespace of its own.
ministack: .ministack/installed

.ministack/installed: requirements-ministack.txt
	@$(PYTHON) -m venv .ministack
	@.ministack/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-ministack.txt
	@touch $@

clean:
	@rm -rf .venv .ministack .pytest_cache .ruff_cache .mypy_cache .hypothesis shots
