PYTHON ?= python3

BIN := .venv/bin
INSTALLED := .venv/.installed
EQUIPPED := .venv/.equipped
VENDORED := node_modules/.vendored
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard hotline/console/translations/*/LC_MESSAGES/*.po))

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check audit prompts train fuzz fuzz-webhooks backup restore chaos shots messages front-end clean
.PHONY: bench bench-data bench-full bench-compare

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(INSTALLED) $(VENDORED) messages ## start everything on this machine, with demo data and pretend telephones
	@$(BIN)/python -m tools.run

test: $(EQUIPPED) $(VENDORED) messages ## run every test (ARGS="-k words" chooses)
	@$(BIN)/python -m tools.test $(ARGS)

check: $(EQUIPPED) ## lint, types, and what is known to be unsafe in code
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive hotline sms ivr workers tools wsgi.py

audit: $(EQUIPPED) ## look up what is known against every pinned package (needs a source of advisories)
	@$(BIN)/python -m tools.audit

prompts: $(EQUIPPED) ## speak the menu's sentences into sound files
	$(BIN)/python tools/prompts.py

train: $(EQUIPPED) ## train the text line's model on the playbook's messages
	@OMP_NUM_THREADS=1 $(BIN)/python -m tools.train $(ARGS)

fuzz: $(EQUIPPED) ## read 100,000 mutated and random texts and say how it went (ARGS="--texts N")
	@$(BIN)/python -m tools.fuzz $(ARGS)

fuzz-webhooks: $(EQUIPPED) messages ## send 100,000 malformed requests to a running hotline (ARGS="--requests N --seed N")
	@$(BIN)/python -m tests.fuzz $(ARGS)

backup: $(INSTALLED) messages ## copy database and attached files into a new folder (ARGS="--folder /mnt/disk"), while all runs
	@$(BIN)/flask --app wsgi backup $(ARGS)

restore: $(INSTALLED) messages ## put a backup back, complete it from the journal and hold what would leave (FROM=folder)
	@$(BIN)/flask --app wsgi restore $(FROM)

chaos: $(EQUIPPED) messages ## break everything for ten minutes on each database and say what was lost (ARGS="--seconds N --seed N")
	@$(BIN)/python -m tests.chaos $(ARGS)

shots: $(EQUIPPED) ## take a picture of every screen of a running demonstration (make run first) into var/shots/
	@$(BIN)/python -m tests.shots $(ARGS)

bench: $(EQUIPPED) $(VENDORED) messages ## measure speed and memory on this machine (ARGS="--only path" chooses), under ten minutes
	@$(BIN)/python -m tools.bench normal $(ARGS)

bench-data: $(EQUIPPED) messages ## build the large databases that the benchmark copies, once
	@$(BIN)/python -m tools.bench data

bench-full: $(EQUIPPED) $(VENDORED) messages ## measure with a million incidents, and beside peers that are installed
	@$(BIN)/python -m tools.bench full $(ARGS)

# `make bench-compare OLD NEW` takes the two names as goals: they are files, and not to be made.
bench-compare: $(EQUIPPED) ## say what moved between two runs: make bench-compare OLD.json NEW.json
	@$(BIN)/python -m tools.bench compare $(filter-out $@,$(MAKECMDGOALS))

messages: $(CATALOGUES) ## compile the interface's translations

front-end: $(VENDORED) ## fetch the browser scripts that the console serves

clean: ## remove what was installed and made; the data in var/ stays
	rm -rf .venv node_modules hotline/console/static/vendor .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find hotline/console -name '*.mo' -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(INSTALLED): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'Python 3.11 or newer is needed. Say which to use: make PYTHON=/path/to/python3.11'; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' \
	  || { echo 'Python has no venv module. On Debian: apt install python3-venv'; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(EQUIPPED): requirements-dev.txt $(INSTALLED)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

$(VENDORED): package.json package-lock.json tools/front_end.py | $(INSTALLED)
	@command -v npm >/dev/null \
	  || { echo 'npm is needed for the browser scripts. Install Node.js with npm; on Debian: apt install npm'; exit 1; }
	@npm ci --silent
	@$(BIN)/python tools/front_end.py
	@touch $@

%.mo: %.po | $(INSTALLED)
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@
