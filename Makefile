# Everything sets itself up: a machine needs Python 3.11 or newer, and make.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell command -v python3.11 || command -v python3)
INSTALLED := $(VENV)/.installed

.PHONY: test demo bench clean

test: $(INSTALLED)  ## everything that must hold
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/autograder build --check
	$(BIN)/pytest -n auto -q

demo: $(INSTALLED)  ## the whole thing on one screen
	$(BIN)/autograder demo

bench: $(INSTALLED)  ## measures what the documentation claims, and writes benchmarks/RESULTS.md
	$(BIN)/python -m benchmarks

$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,cluster]'
	touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
