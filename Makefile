# Two commands are enough: `make run` to ask questions in the browser, `make test` to test.
# `make eval` measures the answers and gates them; `make bench` measures speed and retrieval.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
LIBRARY ?= .library
EVALUATED := .evals/library
EVAL := $(BIN)/dateline --library $(EVALUATED) --generator extractive eval

.PHONY: run test lint models record eval generators figures bench reader screenshots clean

run: $(VENV)/.installed
	$(BIN)/dateline --library $(LIBRARY) add data/articles
	$(BIN)/dateline --library $(LIBRARY) web

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The chat models that the tests run; without them those tests are skipped.
models: $(VENV)/.installed-dev
	$(BIN)/dateline models pull local-small
	$(BIN)/dateline models pull smollm2-135m-instruct

# The shipped record alone, whatever else the reader's own library holds.
record: $(VENV)/.installed-dev
	$(BIN)/dateline --library $(EVALUATED) add --prune data/articles

eval: record
	$(EVAL) lint
	$(EVAL) run --split dev
	$(EVAL) gate

# The local chat models against the articles' own sentences: an hour on two cores.
generators: record
	$(BIN)/dateline models pull local-small
	$(BIN)/dateline models pull local
	$(EVAL) generators --drafts --write

# What takes longer: the test split, identical runs, the confidence, attacks, public data.
figures: record
	$(EVAL) run --split test
	$(EVAL) run --split all
	$(EVAL) aa --split all
	$(EVAL) calibrate --split dev
	$(EVAL) calibrate --split test
	$(EVAL) drill --drop 0.1
	$(EVAL) drill --drop 0.01
	$(EVAL) power 50 100 150 200 300 500
	-$(EVAL) bench support ../shared/benchmarks/support
	-$(EVAL) robustness --split all   # fails where an attack succeeded; its figures are what is wanted

bench: $(VENV)/.installed-dev
	$(BIN)/python -m evals.bench

# The reader from nothing (docs/reader.md), from data that do not come with the project: about two
# hours on two cores, or minutes on a GPU; interrupted, the same command goes on. What follows are
# the figures of its card; a benchmark that is not there is passed over.
reader: record
	$(BIN)/dateline models pull local
	$(BIN)/python -m evals.reader --write
	$(BIN)/python -m evals.reader.fitting $(EVALUATED)
	-$(EVAL) bench reading ../shared/benchmarks/squad2-a
	-$(EVAL) bench retrieval ../shared/benchmarks/time
	-DATELINE_READER=false $(EVAL) bench retrieval ../shared/benchmarks/time
	-$(EVAL) bench support ../shared/benchmarks/support

# torch first and by its exact version: a plain "torch" may bring gigabytes of GPU libraries.
$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Dateline needs Python 3.11 or later; name one with: make run PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) --upgrade pip
	$(INSTALL) "$$(grep '^torch==' constraints.txt)"
	$(INSTALL) --editable .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(INSTALL) --editable '.[dev,bench]'
	touch $@

# Pictures of the page's main states in build/screenshots; the README's among them.
screenshots: $(VENV)/.installed-dev
	$(BIN)/python -m evals.bench.screenshots

clean:
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis
