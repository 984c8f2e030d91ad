# `make run` opens the desk, `make test` runs every test. Needs Python 3.11 or newer, make and git; nothing else.

export LC_ALL := C.UTF-8
export PIP_DISABLE_PIP_VERSION_CHECK := 1
SHELL := /bin/sh

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
LOCK := requirements.lock
# tests/ on the path, as under pytest: the benches and the mutants' run share its support modules.
TESTS_PATH := PYTHONPATH=tests:.

.PHONY: help run test check format snapshots picture docs bench soak testnet mutants coverage lock clean

help:  ## List the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 12

run: $(STAMP)  ## Open the desk on the embedded exchange
	@$(BIN)/tradedesk desk

test: $(STAMP)  ## Run all tests, on every core: one more at a time than there are, because half of them wait for processes
	$(BIN)/python -m pytest -n $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )) --dist worksteal --timeout 300

check: $(STAMP)  ## Lint, format, types and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP)  ## Format the code and mend what Ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

snapshots: $(STAMP)  ## Accept the screens as they are now; look at the difference before committing
	$(BIN)/python -m pytest -n auto tests/tui --snapshot-update

picture: $(STAMP)  ## Draw docs/desk.svg, the picture in the README
	$(TESTS_PATH) $(BIN)/python -m bench.picture docs/desk.svg

docs: $(STAMP)  ## Write the documents that are made from the code: docs/keys.md, docs/venues.md, docs/simulator.md
	$(TESTS_PATH) $(BIN)/python -m docs.make

bench: $(STAMP)  ## Measure; prints a table and writes docs/performance.md
	$(TESTS_PATH) $(BIN)/python -m bench

soak: $(STAMP)  ## Property tests with 5,000 examples and the tests that run for minutes
	HYPOTHESIS_PROFILE=soak $(BIN)/python -m pytest -n auto --timeout 7200 -m "not bench"

testnet: $(STAMP)  ## Run the account's tests on Binance's testnet; needs BINANCE_TESTNET_API_KEY and its secret
	TRADEDESK_TESTNET=1 $(BIN)/python -m pytest --noconftest -p no:xdist -p no:cacheprovider tests/testnet

mutants: $(STAMP)  ## Break each guarantee on purpose and see its test go red
	$(TESTS_PATH) $(BIN)/python -m mutants

coverage: $(STAMP)  ## Run the tests and report the lines they did not reach
	$(BIN)/python -m pytest -n auto --cov --cov-report term-missing

lock:  ## Renew requirements.lock from pyproject.toml: every version, every hash, no host
	$(PYTHON) -m venv .lock-venv
	.lock-venv/bin/pip install --quiet pip-tools==7.6.2
	.lock-venv/bin/pip-compile --quiet --upgrade --extra test --extra keyring --generate-hashes --allow-unsafe --strip-extras \
		--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --no-annotate \
		--output-file $(LOCK) pyproject.toml
	rm -rf .lock-venv

clean:  ## Remove what the tools made, the environment included
	rm -rf $(VENV) .lock-venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis htmlcov .coverage*

# The stamp is written last: an installation that was cut off is made again.
$(STAMP): $(LOCK) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed, $$($(PYTHON) --version 2>&1) was found: run make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV) || \
		{ echo "Python's venv module is missing: install it (on Debian: apt install python3-venv) and run make again."; rm -rf $(VENV); exit 1; }
	$(BIN)/python -m pip install --quiet --require-hashes --only-binary :all: -r $(LOCK)
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@
