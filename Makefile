# Everything from a fresh checkout: `make demo` shows the site, `make test` and `make check` prove it.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed-$(shell cksum < requirements.lock | cut -d ' ' -f 1)
export PORT

.PHONY: demo demo-reset test faults check bench format lock

demo: $(INSTALLED)
	@exec $(BIN)/python manage.py demo

demo-reset: $(INSTALLED)
	@exec $(BIN)/python manage.py demo --reset

# Three at once: tests wait for other programs most of the time.
test: $(INSTALLED) chromium
	@exec $(BIN)/python -m pytest --numprocesses 3 --dist worksteal

# What must be survived, at full count: hours. tests/faults/counts.py has every count; each is also a variable, such as
# RANDOM_HISTORIES=100. One after another: each has the machine to itself.
faults: $(INSTALLED)
	@FULL_FAULTS=1 $(BIN)/python -m pytest --capture no --verbose tests/faults tests/shop/test_bad_input.py \
	  tests/donations/test_form_takes_anything.py tests/shop/customer/test_forms_take_anything.py \
	  tests/shop/stripe_payments/test_random_histories.py

check: $(INSTALLED)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache
	DATABASE_URL=postgresql:///none $(BIN)/mypy
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py check_production

bench: $(INSTALLED)
	@exec $(BIN)/python -m tests.benchmarks

format: $(INSTALLED)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# After a change of pyproject.toml. The file carries hashes and names no index.
lock: $(INSTALLED)
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header --quiet -o requirements.lock

.PHONY: chromium
chromium:
	@command -v chromium >/dev/null 2>&1 || { \
	  echo "Chromium is missing; installing Debian's"; \
	  { [ "$$(id -u)" = 0 ] && apt-get -qq update && apt-get -qq install -y chromium >/dev/null; } || \
	  { echo "The tests drive a real browser. Please run: sudo apt-get install chromium"; exit 1; }; }

$(INSTALLED): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "Python 3.11 or newer is needed; '$(PYTHON)' is $$($(PYTHON) --version 2>&1 || echo missing). Name another one: make demo PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "Python's venv module is missing. On Debian: sudo apt-get install python3-venv"; exit 1; }
	@[ "$$(df -Pk . | awk 'NR == 2 {print $$4}')" -gt 2000000 ] || \
	  { echo "There is less than 2 GB of free disk space here; the site and its tools need that much."; exit 1; }
	@echo "Installing what the site needs into $(VENV) (once, about a minute)"
	@$(PYTHON) -m venv --clear $(VENV)
	@awk '/^uv==/ {found = 1} found {print} found && !/\\$$/ {exit}' requirements.lock > $(VENV)/uv.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes --no-deps -r $(VENV)/uv.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@touch $@
