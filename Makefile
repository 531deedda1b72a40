# The two commands that matter: make run, make test. Both set up what they need by themselves.
UV ?= uv
RUN = $(UV) run --locked --no-sync
SHELL = /bin/bash
export PATH := $(HOME)/.local/bin:$(PATH)

.PHONY: run test check setup gate format cluster-demo clean

run: setup  ## convert samples/ into ./archive and show where to look
	$(RUN) congvan convert samples/letters -o archive
	@echo
	@echo "Records: archive/records  Text: archive/text  Searchable PDFs: archive/pdf"
	@echo "Next:    $(UV) run congvan search 'truc tuyen'   and   $(UV) run congvan serve"

test: export CONGVAN_TESTS = 1
test: setup check  ## everything that CI runs

check:  ## format, lint, types, layers, licences, tests
	$(RUN) ruff format --check .
	$(RUN) ruff check .
	$(RUN) mypy
	$(RUN) lint-imports
	$(RUN) pytest -n 2

setup:  ## system packages (with sudo when needed), uv, the locked environment
	./setup.sh

format:
	$(RUN) ruff format .
	$(RUN) ruff check --fix .

clean:
	rm -rf archive dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
