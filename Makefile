# `make demo` and `make test` make what they need; everything else builds on the environment in .venv.
PYTHON ?= python3
BIN := .venv/bin
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check
# For what a program starts: make on macOS does not look here for the program itself.
export PATH := $(CURDIR)/$(BIN):$(PATH)
export DVC_NO_ANALYTICS := 1
STAGES ?= 3

# Snakemake with a line of progress in the place of its own messages; `snakemake --cores all` shows those.
SNAKEMAKE := PYTHONPATH=.:workflow/pipeline/plugins snakemake --cores all --logger progress --

.PHONY: demo run plan queue check page test lint schema lock audit

demo: .venv/installed
	@grep -qE '^budget: \*demo( |$$)' params.yaml || { echo 'params.yaml: budget: make demo runs "budget: *demo"; for another budget there is make run'; exit 1; }
	@$(SNAKEMAKE)
	@echo "The report: reports/demo/index.html"
	@$(BIN)/python -m workflow.report.compare HEAD:reports/demo reports/demo --spread reports/demo-seeds --summary || true  # Git's, and today's

run: .venv/installed
	@$(SNAKEMAKE)

# What is missing for the verdicts of params.yaml's budget, in the order of what settles most an hour; and a run of that, in that order.
plan: .venv/installed
	@$(BIN)/python -m workflow.report.plan

queue: .venv/installed
	@$(BIN)/python -m workflow.report.queue $(if $(HOURS),--hours $(HOURS))

# Computes some results anew, chosen at random, and fails if one has other bytes than recorded: make check STAGES=3
check: .venv/installed
	@$(BIN)/python -m workflow.pipeline.check $(STAGES)

# The published page, docs/index.html, the tables and figures of statements of committed budgets, and the numbers in both READMEs: trains nothing.
page: .venv/installed
	@$(BIN)/python -m workflow.scripts.publish

test: .venv/tests lint
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder

lint: .venv/tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile
	$(BIN)/mypy -n 2
	$(BIN)/snakemake --lint

# Writes the JSON schema of params.yaml from its pydantic models.
schema: .venv/installed
	$(BIN)/python -m workflow.params.schema

# Resolves pyproject.toml's pins for every platform, each file with its hash: what runs the graph, and what tests it besides.
COMPILE := --quiet --universal --generate-hashes --python-version 3.11
lock: .venv/tests
	$(BIN)/uv pip compile $(COMPILE) pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile $(COMPILE) --group dev --constraint requirements.lock pyproject.toml --output-file requirements-dev.lock

# Asks PyPI for known vulnerabilities of what is locked; fails if there are any, or if it does not say.
audit: .venv/tests
	$(BIN)/uv tool run pip-audit==2.10.1 --strict --disable-pip --require-hashes -r requirements-dev.lock

.venv/installed: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "$(PYTHON) is Python %d.%d, allowed: 3.11 or newer; see make PYTHON=..." % sys.version_info[:2])'
	@$(PYTHON) -m venv .venv || { echo "no virtual environment: install your system's package for it, such as python3-venv"; exit 1; }
	$(PIP) -r requirements.lock
	@touch $@

.venv/tests: .venv/installed requirements-dev.lock
	$(PIP) -r requirements-dev.lock
	@touch $@
