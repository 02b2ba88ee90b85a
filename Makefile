# The tasks of a developer: `make run` starts the daemon with sample people, `make test` runs all checks and tests.

PYTHON ?= python3
SOAK_MINUTES ?= 10
BIN := .venv/bin
SOURCES := xivo_dird plugins
WEB_ASSETS := plugins/xivo_dird_views/web/assets
TRANSLATIONS := xivo_dird/phones/translations
CHECKED := $(SOURCES) tests $(wildcard benchmarks) setup.py

# Let Python write bytecode, its default: without it `make unit` takes twice as long.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: install run fix unit check test bench bench-quick soak mutants docs golden translations web web-check \
	system-packages clean

install: .venv/installed

.venv/installed: setup.py pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "xivo-dird needs Python 3.11 or newer")'
	$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[test]'
	touch $@

run: install
	mkdir -p run
	$(BIN)/xivo-dird -c etc/xivo-dird/development.yml

fix: install
	$(BIN)/ruff check --fix $(CHECKED)
	$(BIN)/ruff format $(CHECKED)

unit: install
	$(BIN)/pytest -q -n 2 tests/unit

check: install web-check
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/ruff format --check $(CHECKED)
	$(BIN)/mypy $(CHECKED)
	$(BIN)/lint-imports

test: install system-packages check
	$(BIN)/pytest -n 3 --dist worksteal tests

web: web/node_modules/installed
	node web/build.mjs $(WEB_ASSETS)

web-check: web/node_modules/installed
	cd web && npm run --silent check

web/node_modules/installed: web/package.json web/package-lock.json
	cd web && npm ci --ignore-scripts
	touch $@

system-packages:
	.ci/system-packages

bench: .venv/bench-installed system-packages
	PYTHONPATH=tests $(BIN)/python benchmarks/run.py $(BENCH)
	$(BIN)/python benchmarks/plots.py

bench-quick:
	$(MAKE) bench BENCH=--quick

soak: install
	PYTHONPATH=tests:benchmarks $(BIN)/python -m soak --minutes $(SOAK_MINUTES)

.venv/bench-installed: .venv/installed
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[bench]'
	touch $@

mutants: .venv/mutants-installed
	PYTHONPATH=tests $(BIN)/python -m mutants.run $(MUTANTS)

.venv/mutants-installed: .venv/installed
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[mutants]'
	touch $@

docs: install system-packages
	PYTHONPATH=tests $(BIN)/python -m docs.option_tables
	PYTHONPATH=tests $(BIN)/python -m docs.phone_pictures
	PYTHONPATH=tests $(BIN)/python -m docs.web_pictures
	$(BIN)/pytest -q tests/docs

golden: install
	PYTHONPATH=tests $(BIN)/python -m phones.golden_files

translations: install
	$(BIN)/pybabel -q update --domain phones --input-file $(TRANSLATIONS)/phones.pot --output-dir $(TRANSLATIONS) \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

clean:
	rm -rf .venv web/node_modules run build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
