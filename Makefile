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

gate:  ## samples through the whole trip, against floors that only rise
	$(RUN) pytest tests/gate

cluster-demo: setup  ## a scheduler and two workers on loopback convert samples/
	@$(RUN) dask scheduler --host 127.0.0.1 --port 8786 --no-dashboard >/dev/null 2>&1 & S=$$!; \
	for i in 1 2; do $(RUN) dask worker tcp://127.0.0.1:8786 --no-nanny --nthreads 1 --no-dashboard >/dev/null 2>&1 & W="$$W $$!"; done; \
	sleep 5; $(RUN) congvan convert samples/letters -o archive --cluster tcp://127.0.0.1:8786; R=$$?; \
	kill $$W $$S; exit $$R

format:
	$(RUN) ruff format .
	$(RUN) ruff check --fix .

clean:
	rm -rf archive dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
