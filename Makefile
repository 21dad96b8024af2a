# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# SPDX-License-Identifier: GPL-3.0-or-later

# Thin on purpose: what each target does is in noxfile.py.

PYTHON ?= python3
UV := .cache/uv/bin/uv
NOX = $(UV) run --quiet --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" --script noxfile.py

export UV_PYTHON_DOWNLOADS = never
export UV_VENV_SEED = 1

.DEFAULT_GOAL := help
.PHONY: help demo check test lint test-core test-all format docs translations messages bench mutants verify publish nox clean

help: ## List these targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 21

demo: $(UV) ## List the images of a local emulator, with the playbook that also lists yours
	$(NOX) --session demo

check: $(UV) ## Run `make test` and `make lint` at once
	$(NOX) --session everything

test: $(UV) ## Run all the tests, with the newest ansible-core that this Python supports
	$(NOX) --session test

lint: $(UV) ## Check style, types, licenses, documentation, workflows and the built collection
	$(NOX) --session checks

test-core: $(UV) ## Run all the tests with one ansible-core: make test-core CORE=2.18
	$(NOX) --session test-core -- $(CORE)

test-all: $(UV) ## Run them with every supported ansible-core (needs Python 3.9 to 3.13)
	$(NOX) --session test-all

format: $(UV) ## Rewrite the code in the project's style
	$(NOX) --session format

docs: $(UV) ## Build the documentation site into docs/build
	$(NOX) --session docs

translations: $(UV) ## Update the catalogs of translations from the English pages
	$(NOX) --session translations

messages: $(UV) ## Print every message that the collection can print
	$(NOX) --session messages

bench: $(UV) ## Measure speed and memory against the emulator
	$(NOX) --session bench

verify: $(UV) ## Compare what is known about ListImages with your own account, and write a report for an issue
	$(NOX) --session verify

mutants: $(UV) ## Mutate the code at 150 positions, and print the mutants that no unit test detects
	$(NOX) --session mutants

publish: $(UV) ## Publish to Galaxy: make publish TAG=1.0.0
	$(NOX) --session publish -- $(TAG)

nox: $(UV) ## Run any session of noxfile.py: make nox ARGS="--session quick -- -k paging"
	$(NOX) $(ARGS)

clean: ## Delete everything that the other targets made here
	rm -rf .cache .nox .hypothesis .mypy_cache .pytest_cache .ruff_cache tests/output docs/build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(UV):
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --target .cache/uv uv
