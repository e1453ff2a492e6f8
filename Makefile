# `make test` and `make demo` set up their own virtual environment; nothing else is needed but Python 3.11 and git.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: test lint unit demo bench clean

$(VENV)/.ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[dev]'
	touch $@

test: lint unit

lint: $(VENV)/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

unit: $(VENV)/.ready
	$(BIN)/python -m pytest

demo: $(VENV)/.ready
	@BIN=$(BIN) sh examples/demo.sh

# Times of whole runs, as ratios: make bench REPOSITORY=path/to/a/plugin/repository
bench: $(VENV)/.ready
	$(BIN)/python benchmarks/bench.py $(if $(REPOSITORY),--repository $(REPOSITORY))

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
