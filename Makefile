# Needs Python 3.11 or later, git and make; uv is used where it is.
.DEFAULT_GOAL := help
.PHONY: help setup run test judges fuzz kills lint bench requirements

PYTHON ?= python3
VENV := .venv
READY := $(VENV)/.ready

help: ## say what there is to do
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(READY) ## make .venv with all that is needed

run: $(READY) ## run the whole service on this folder's own site
	$(VENV)/bin/feedsvc run

test: $(READY) ## run all tests
	PYTHONDONTWRITEBYTECODE= $(VENV)/bin/pytest -n auto --dist worksteal $(TESTS)

judges: ## install what some tests ask about feeds and pages, where Node.js 18 or later and npm are
	npm install --prefix tests/judges --no-save --no-package-lock --ignore-scripts --no-audit --no-fund

fuzz: $(READY) ## read 10,000 damaged bulletins of each format, which takes some minutes
	FEEDSVC_FUZZ_DOCUMENTS=10000 $(VENV)/bin/pytest -q -s tests/integration/bulletins/test_damaged_bulletins.py

kills: $(READY) ## kill 200 times what sends to 1,000: one sender, then two on one store; half an hour (needs smtp-sink)
	FEEDSVC_KILLS=200 $(VENV)/bin/pytest -q -s tests/acceptance/test_kills.py

lint: $(READY) ## check style, types and layers
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

bench: $(READY) ## measure, with figures
	$(VENV)/bin/python -m benchmarks

# The product is pinned to what it is tested with, and that to what fits beside the peers that benchmarks measure.
COMPILE := uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header

requirements: ## pin the newest versions that pyproject.toml allows (needs uv)
	$(COMPILE) --upgrade pyproject.toml --group dev --group bench -o requirements-bench.txt
	$(COMPILE) pyproject.toml --group dev -c requirements-bench.txt -o requirements-dev.txt
	$(COMPILE) pyproject.toml -c requirements-bench.txt -o requirements.txt

$(READY): requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "feedsvc needs Python 3.11 or later; $(PYTHON) is $$($(PYTHON) -V). Say which to use: make PYTHON=python3.12 setup" >&2; exit 1; }
	@if command -v uv >/dev/null 2>&1; then \
	  uv venv -q --allow-existing --python "$$(command -v $(PYTHON))" $(VENV) \
	  && uv pip install -q --compile-bytecode --python $(VENV)/bin/python --require-hashes --no-deps -r requirements-dev.txt \
	  && uv pip install -q --compile-bytecode --python $(VENV)/bin/python --no-deps --no-build-isolation -e . ; \
	else \
	  $(PYTHON) -m venv $(VENV) \
	  && $(VENV)/bin/pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.txt \
	  && $(VENV)/bin/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . ; \
	fi
	@touch $@
