# `make test` and `make demo` set up their own virtual environment; nothing else is needed but Python 3.11 and git.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

# For test-openwebui only. It needs Python 3.11 or 3.12.
OPENWEBUI_VENV ?= .venv-openwebui
OPENWEBUI ?= torch==2.13.0 open-webui==0.12.4

.PHONY: test lint unit test-openwebui demo bench fuzz growth docs docs-tables clean

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

# Against a real OpenWebUI, started on loopback with a temporary data folder. Not part of `make test`: the first run
# installs it from PyPI into an environment of its own (2.9 GB, about 5 minutes); a run takes about 3 minutes.
test-openwebui: $(VENV)/.ready $(OPENWEBUI_VENV)/bin/open-webui
	OPENWEBUI_VENV=$(OPENWEBUI_VENV) $(BIN)/python -m pytest tests_openwebui -v

$(OPENWEBUI_VENV)/bin/open-webui:
	$(PYTHON) -m venv $(OPENWEBUI_VENV)
	$(OPENWEBUI_VENV)/bin/python -m pip install -q --disable-pip-version-check $(OPENWEBUI)

demo: $(VENV)/.ready
	@BIN=$(BIN) sh examples/demo.sh

# Times of whole runs, as ratios: make bench REPOSITORY=path/to/a/plugin/repository
bench: $(VENV)/.ready
	$(BIN)/python benchmarks/bench.py $(if $(REPOSITORY),--repository $(REPOSITORY))

# Every reader of strangers' texts, SECONDS in all: `make fuzz SECONDS=600`. atheris guides it where it can be installed;
# else hypothesis makes the texts. `make growth` measures how the cost grows with the length of hostile files.
SECONDS ?= 60
fuzz: $(VENV)-fuzz/.ready
	$(VENV)-fuzz/bin/python -m fuzz --seconds $(SECONDS)

growth: $(VENV)-fuzz/.ready
	$(VENV)-fuzz/bin/python -m fuzz.growth

$(VENV)-fuzz/.ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)-fuzz
	$(VENV)-fuzz/bin/python -m pip install -q --disable-pip-version-check -e '.[fuzz]' || \
	$(VENV)-fuzz/bin/python -m pip install -q --disable-pip-version-check -e . 'hypothesis>=6.100'
	touch $@

# The documentation site, into site/.
docs: $(VENV)-docs/.ready
	NO_MKDOCS_2_WARNING=1 $(VENV)-docs/bin/mkdocs build --strict --quiet

$(VENV)-docs/.ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)-docs
	$(VENV)-docs/bin/python -m pip install -q --disable-pip-version-check -e '.[docs]'
	touch $@

# The rule tables of the READMEs, and the references in docs/.
docs-tables: $(VENV)/.ready
	$(BIN)/python tools/generate_docs.py

clean:
	rm -rf $(VENV) $(VENV)-docs $(VENV)-fuzz site build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
