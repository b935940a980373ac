# `make demo` shows the main job, `make test` passes the tests; both set up what they need in .venv.
PYTHON ?= python3
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif

.PHONY: demo test test-slow lint types docs gate pyz clean

demo: .venv/ready
	$(BIN)/python demo/run.py

# Many tests start our program: it is compiled once, also where PYTHONDONTWRITEBYTECODE keeps Python from doing so.
test: .venv/ready
	$(BIN)/python -m compileall -q src
	$(BIN)/python -m pytest -n 2

test-slow: .venv/ready
	$(BIN)/python -m pytest -m slow

lint: .venv/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: .venv/ready
	$(BIN)/mypy

gate: .venv/ready
	$(BIN)/mlgovern check

docs: .venv/ready
	$(BIN)/mlgovern rules --markdown > docs/rules.md
	$(BIN)/mlgovern policy packs --output docs/packs

# The program in one file, for Git servers without pip; it starts fastest under the version of Python that builds it.
pyz: .venv/ready
	$(BIN)/python release/pyz.py dist/mlgovern.pyz

.venv/ready: pyproject.toml uv.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.9"
	$(BIN)/python -m uv sync --quiet --locked --inexact --compile-bytecode
	@touch .venv/ready

clean:
	rm -rf .venv dist .coverage* .pytest_cache .mypy_cache .ruff_cache .hypothesis
