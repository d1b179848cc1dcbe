# `make run` serves the demo, `make test` runs every test. The README tells the rest.
PYTHON ?= python3

BIN := .venv/bin
PIP := $(BIN)/pip --disable-pip-version-check -qq
LOCKED := --require-hashes --only-binary :all:
CATALOGS := $(patsubst %.po,%.mo,$(wildcard circles/translations/*/LC_MESSAGES/*.po))
UV_LOCK := uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links

.DELETE_ON_ERROR:
.PHONY: setup run test check translations format bench bench-formation screenshots tools messages lock

setup: .venv/.stamp-requirements-test $(CATALOGS)
	@$(BIN)/python -m circles.setup

run: setup
	@$(BIN)/python -m circles.run

test: tools setup
	$(BIN)/pytest -n 2 --dist loadgroup $(ARGS)

check: .venv/.stamp-requirements-test translations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint --lint --quiet templates

# Fails when a text is said in one language only.
translations: .venv/.stamp-requirements-test
	$(BIN)/python -m tests.catalogues

format: .venv/.stamp-requirements-test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup
	$(BIN)/python -m bench $(ARGS)

bench-formation: setup
	$(BIN)/python -m bench.formation $(ARGS)

# The pictures in the README, of the demo in Chromium.
screenshots: tools setup
	$(BIN)/python -m docs.screenshots

# Chromium, PostgreSQL and node, on Debian as root; elsewhere their tests are skipped when they are missing.
tools:
	@bash .ci/tools

.venv/.stamp-python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Vakcirkels needs Python 3.11 or newer.")'
	$(PYTHON) -m venv .venv
	@touch $@

# A stamp for each lock: a changed lock is installed anew.
.venv/.stamp-requirements: requirements.txt .venv/.stamp-python
	$(PIP) install $(LOCKED) -r requirements.txt
	@touch $@

.venv/.stamp-requirements-test: requirements-test.txt .venv/.stamp-requirements
	$(PIP) install $(LOCKED) -r requirements-test.txt
	@touch $@

%.mo: %.po .venv/.stamp-requirements
	$(BIN)/pybabel --quiet compile -i $< -o $@

# Gather the Dutch texts from code and templates, and bring every catalogue up to date with them.
messages: .venv/.stamp-requirements
	$(BIN)/pybabel --quiet extract -F pyproject.toml -k _l -k lazy_gettext --no-wrap --no-location \
		-o circles/translations/messages.pot .
	$(BIN)/pybabel --quiet update -i circles/translations/messages.pot -d circles/translations \
		--no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

# For whoever changes the wanted packages; needs uv, which nothing else does.
lock:
	$(UV_LOCK) --upgrade requirements.in -o requirements.txt
	$(UV_LOCK) --upgrade requirements-test.in -o requirements-test.txt
