# One verb a target; `make` alone lists them. Needs make, a POSIX shell, and Python >= 3.11 with venv, or uv.

HOST = 127.0.0.1
PORT = 8000
PLAN = data/plans/itu-2012-2015.ttl
JOBS = 3
BIN = .venv/bin

# How make lock resolves: for every platform, from the oldest Python that we support.
COMPILE = PATH="$(BIN):$$PATH" uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header

.POSIX:
.PHONY: help setup setup-dev serve build plans editor links test check tests lint format bench-http bench-bulk bench-search bench-shacl bench-suggest bench-reconcile lock clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' Makefile | sed -e 's/:.*##/:/' | awk -F': ' '{ printf "  make %-10s %s\n", $$1, $$2 }'

setup: ## make .venv with what running needs; leaves .venv/bin/stratgraph
	@sh requirements/install.sh runtime

setup-dev: ## make .venv with the tools of development too
	@sh requirements/install.sh dev

serve: build ## build the graph from the annex, validate it, serve it; HOST=127.0.0.1 PORT=8000
	$(BIN)/stratgraph validate --quiet $(PLAN)
	$(BIN)/stratgraph serve --host $(HOST) --port $(PORT)

build: setup ## build the graph from the annex and publish its snapshot
	$(BIN)/stratgraph build

plans: build ## write the Turtle in data/plans anew
	$(BIN)/stratgraph export --format turtle --output $(PLAN)

editor: ## build the pages' editor anew from api/editor (needs Node.js and npm)
	cd api/editor && npm ci --silent && npm run build --silent

links: setup-dev ## write the RDF of the mapping sets in data/links anew
	$(BIN)/stratgraph links convert data/links/*.sssom.tsv

test: check ## set up and run everything (the same as check)

check: lint tests ## linters, types, layers, then all tests

# Bytecode is kept, whatever the environment says: the tests start hundreds of processes, and pytest rewrites each assert.
tests: setup-dev ## all tests alone; JOBS=3 at a time
	PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n $(JOBS) --dist worksteal

lint: setup-dev ## linters, types and layers alone
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup-dev ## format the code, and mend what ruff can mend
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

bench-http: setup-dev .venv-bench/packages ## ours beside other SPARQL servers; ARGUMENTS='--sizes 1 100 --rounds 3'
	$(BIN)/python benchmarks/http_servers.py $(ARGUMENTS)

bench-bulk: setup-dev ## load, publish and serve 1,000 plans; ARGUMENTS='--plans 100'
	$(BIN)/python benchmarks/bulk.py $(ARGUMENTS)

bench-search: setup-dev ## searches at 1,000 plans beside CONTAINS in SPARQL; ARGUMENTS='--plans 100'
	$(BIN)/python benchmarks/search.py $(ARGUMENTS)

bench-shacl: setup-dev .venv-bench/packages ## ours beside other SHACL engines; ARGUMENTS='--sizes 1 10 --stores 1 100'
	$(BIN)/python benchmarks/shacl_engines.py $(ARGUMENTS)

bench-suggest: setup-dev ## proposals of links beside rapidfuzz on labels: hits among the first ten
	$(BIN)/python benchmarks/suggest.py

bench-reconcile: setup-dev ## batches of ten reconciliation queries beside rapidfuzz over all names
	$(BIN)/python benchmarks/reconciliation.py $(ARGUMENTS)

.venv-bench/packages: requirements/bench.txt
	rm -rf .venv-bench
	$(BIN)/python -m venv --without-pip .venv-bench
	$(BIN)/python -m pip --python .venv-bench/bin/python install --quiet --require-hashes -r requirements/bench.txt
	@touch $@

lock: setup-dev ## resolve requirements/*.in again; UPGRADE=--upgrade for newest versions
	@$(COMPILE) $(UPGRADE) --output-file requirements/build.txt requirements/build.in
	@$(COMPILE) $(UPGRADE) --output-file requirements/runtime.txt requirements/runtime.in
	@$(COMPILE) $(UPGRADE) --output-file requirements/dev.txt requirements/dev.in
	@$(COMPILE) $(UPGRADE) --output-file requirements/bench.txt requirements/bench.in

clean: ## remove .venv, .venv-bench, dist and caches; published snapshots stay
	rm -rf .venv .venv-bench dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
