# Thin over bootstrap.py, which does the same on machines without make.
# More arguments: make run ARGS="--scenarios 500", make test ARGS="-k payrules", make bench ARGS="choice risk", make lock ARGS=--upgrade
PYTHON ?= python3
ARGS ?=

.PHONY: setup run test deep lint bench lock clean

setup:
	@$(PYTHON) bootstrap.py setup

run:
	@$(PYTHON) bootstrap.py run -- $(ARGS)

test:
	@$(PYTHON) bootstrap.py test -- $(ARGS)

# Four times as many drawn problems for the solver as `make test` tells, 2,000 (a few minutes on 2 cores).
deep:
	@$(PYTHON) bootstrap.py deep -- $(ARGS)

lint:
	@$(PYTHON) bootstrap.py check

# What is asked to be fast, measured; never a test.
bench: setup
	.venv/bin/python bench/run.py $(ARGS)

lock: setup
	.venv/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
		pyproject.toml --group dev --output-file requirements.lock $(ARGS)

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist
	find model solvers experiments reports tests -name __pycache__ -type d -prune -exec rm -rf {} +
