# Every path here is relative: make splits names at spaces, and the folder this lies in may have one in its name.
# Written for GNU make 3.81 and later (macOS still ships 3.81).

PYTHON ?= python3
WORKERS ?= 2
# Tools are called as modules: their scripts name the folder they were installed in, which may have moved since.
PY := .venv/bin/python
LOCK := $(PY) -m uv pip compile pyproject.toml --universal --generate-hashes --no-header --no-annotate \
  -q $(if $(UPGRADE),--upgrade)
TEMPLATES := companion/templates

# An environment whose Python has gone, as after an upgrade of the system, is none: it is made anew.
$(shell test -x $(PY) || rm -f .venv/.installed .venv/.installed-dev)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run codes test check fmt lint unit browser lock screenshots bench clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r name text; \
	  do printf '  make %-12s %s\n' "$$name" "$$text"; done

run: .venv/.installed ## make the environment if need be and serve on http://localhost:8000 (PORT=9000 make run)
	@exec $(PY) -m companion run

test: lint browser ## install all that tests need and run everything
	$(PY) -m pytest -n $(WORKERS) --dist worksteal

check: lint unit ## the fast part: lint, types, architecture, unit tests; no browser

fmt: .venv/.installed-dev ## format the code and the templates, mend what can be mended
	$(PY) -m ruff check --fix-only
	$(PY) -m ruff format
	$(PY) -m djlint --reformat --quiet --warn $(TEMPLATES)

lock: .venv/.installed-dev ## pin what pyproject.toml asks for, with hashes (UPGRADE=1 make lock: to the newest)
	$(LOCK) -o requirements.txt
	$(LOCK) --group dev -c requirements.txt -o requirements-dev.txt

screenshots: .venv/.installed-dev browser ## photograph the main screens for the README
	$(PY) -m tests.support.screenshots

codes: .venv/.installed ## say the codes that the demo practice's authenticators show now
	@$(PY) -m companion demo-codes

bench: .venv/.installed-dev ## measure what companion costs beside the barest application (ONLY=core make bench: one group)
	@$(PY) -m bench

clean: ## remove the environment and all caches; instance/ holds data and secrets and stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis test-results *.egg-info
	find bench companion tests migrations -name __pycache__ -type d -prune -exec rm -rf {} +

lint: .venv/.installed-dev
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m djlint --lint $(TEMPLATES)
	$(PY) -m djlint --check $(TEMPLATES)
	$(PY) -m mypy
	@# Without its cache, which goes wrong when an imported module appears after the module that imports it.
	$(PY) -c 'from importlinter.cli import lint_imports_command as lint; lint()' --no-logo --no-cache

unit: .venv/.installed-dev
	$(PY) -m pytest -n $(WORKERS) --dist worksteal --ignore=tests/browser --ignore=tests/journeys

browser: .venv/.installed-dev
	@$(PY) tests/support/chromium.py

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo >&2 \
	  'Python 3.11 or later is needed. Install one, then type: make $(MAKECMDGOALS) PYTHON=python3.12'; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo >&2 \
	  'This Python cannot make environments. As root, type: apt-get install $(notdir $(PYTHON))-venv'; exit 1; }
	@echo 'Making the environment in .venv (once; a minute at most, most of it fetching)'
	@$(PYTHON) -m venv --clear .venv || { rm -rf .venv 2>/dev/null; exit 1; }

.venv/.installed: requirements.txt pyproject.toml | .venv/bin/python
	$(PY) -m pip install --quiet --require-hashes -r requirements.txt
	$(PY) -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

.venv/.installed-dev: requirements-dev.txt .venv/.installed
	$(PY) -m pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@
