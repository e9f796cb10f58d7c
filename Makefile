# Everything sets itself up: a machine needs Python 3.11 or newer, and make.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell command -v python3.11 || command -v python3)
INSTALLED := $(VENV)/.installed

.PHONY: test demo docs bench train attacks fuzz proofs pictures clean kills parity

test: $(INSTALLED)  ## everything that must hold
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/autograder build --check
	$(BIN)/pytest -n auto --dist loadgroup -q

demo: $(INSTALLED)  ## the whole thing on one screen
	$(BIN)/autograder demo

docs: $(INSTALLED)  ## a site of README.md and docs/ into site/, with every link tried
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict

proofs: $(INSTALLED)  ## proves every exercise, and writes what was seen to docs/proofs.html
	$(BIN)/autograder verify --html docs/proofs.html

bench: $(INSTALLED)  ## measures what the documentation claims into benchmarks/RESULTS.md; ONLY="layers" for some
	$(BIN)/python -m benchmarks $(ONLY)

pictures: $(INSTALLED)  ## photographs what README.md, docs/nbgrader.md and docs/outcomes.md show
	PICTURES=docs/pictures $(BIN)/pytest -q tests/test_pictures.py tests/test_browser.py tests/test_card_in_browser.py

HOSTILE ?= 1000
attacks: $(INSTALLED)  ## HOSTILE submissions in a row at every tier, then the table of docs/security.md
	HOSTILE=$(HOSTILE) $(BIN)/pytest -q tests/attacks/test_in_a_row.py
	bwrap --bind / / --dev-bind /dev /dev --proc /proc --unshare-user --uid 1000 --gid 1000 \
		$(BIN)/pytest -q -p no:cacheprovider tests/attacks/test_attempts.py -k gets_nothing  # as an ordinary user
	$(BIN)/python docs/attacks.py

train: $(INSTALLED)  ## trains every reference model from nothing: is each card's metric reproduced? Changes nothing
	$(BIN)/autograder train --check

parity: $(INSTALLED)  ## both roads through nbgrader, a whole class
	PARITY=all $(BIN)/pytest -q tests/test_parity.py

KILLS ?= 100
kills: $(INSTALLED)  ## KILLS runs in which a process is killed at a random moment, each completed by the next
	KILLS=$(KILLS) $(BIN)/pytest -q tests/test_broken_runs.py -k killed

FUZZ_SECONDS ?= 60
fuzz: $(INSTALLED)  ## the trusted side's readers, FUZZ_SECONDS each; what it learns stays in .fuzz/
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt atheris
	for target in frames notebooks scripts archives; do \
		$(BIN)/python tests/fuzz.py $$target -max_total_time=$(FUZZ_SECONDS) || exit 1; done

$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,cluster]'
	touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
