# Every command of the project; `make help` lists them. ARGS goes to the command behind: make test ARGS="-k cafe"

PYTHON := .venv/bin/python
PYTEST := $(PYTHON) -m pytest
WORKERS := -n logical --maxprocesses 4
ON_SQLITE := env -u DATABASE_URL
ON_POSTGRES := $(PYTHON) tests/postgres.py
FRESH_KEY = $$($(PYTHON) -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())")
PACKAGES := komatsu_support cafe training consultations referrals kpi
UV_COMPILE := PATH=".venv/bin:$$PATH" uv pip compile pyproject.toml --universal --python-version 3.12 \
	--generate-hashes --no-emit-index-url --no-header --quiet $(ARGS)

.DEFAULT_GOAL := help
.PHONY: help run test test-pg prove check bench lock clean dev

help: ## この一覧 / this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

run: ## 準備して http://localhost:8000 で動かす / prepare everything and serve
	@sh .ci/venv requirements.lock
	@$(PYTHON) manage.py up $(ARGS)

test: dev ## 全テスト(SQLite) / the whole suite; browser tests when a Chromium is found
	$(ON_SQLITE) $(PYTEST) $(WORKERS) $(ARGS)

test-pg: dev ## 全テスト(PostgreSQL) / the same on DATABASE_URL's server, or on one of our own
	$(ON_POSTGRES) -- $(PYTEST) $(WORKERS) $(ARGS)

prove: dev ## 約束を本来の回数で確かめる / the promises at full counts, on both engines (hours)
	PROVE=full $(ON_SQLITE) $(PYTEST) -m prove $(ARGS)
	PROVE=full $(ON_POSTGRES) --durable -- $(PYTEST) -m prove $(ARGS)

check: dev ## 書式・型・依存・設定の検査 / style, types, imports, migrations, deployment settings
	$(PYTHON) -m ruff check
	$(PYTHON) -m ruff format --check
	find templates -name '*.html' -exec .venv/bin/djade --target-version 6.1 --check {} +
	.venv/bin/djlint templates --lint --quiet
	DEBUG=true $(PYTHON) -m mypy
	.venv/bin/lint-imports --no-logo
	DATABASE_URL=sqlite://:memory: DEBUG=true $(PYTHON) manage.py makemigrations --check --dry-run
	@echo "manage.py check --deploy, configured as in production"
	@DEBUG=false ALLOWED_HOSTS=office.example.jp SECRET_KEY=$(FRESH_KEY)$(FRESH_KEY) TRAIL_KEY=$(FRESH_KEY) \
		BACKUP_KEY=$(FRESH_KEY) $(PYTHON) manage.py check --deploy --fail-level WARNING

bench: dev ## 速さの比 / speed as ratios (BENCH_SIZE=1000 for the largest)
	PYTHONPATH=. $(PYTHON) tests/bench $(ARGS)

lock: dev ## ロックを作り直す / write both locks anew (ARGS=--upgrade for newer versions)
	@uv --version >/dev/null 2>&1 || $(PYTHON) -m pip install --quiet --disable-pip-version-check uv
	$(UV_COMPILE) -o requirements.lock
	$(UV_COMPILE) --group dev -c requirements.lock -o requirements-dev.lock

clean: ## .venv とキャッシュを消す(var/ の記録は消さない) / remove .venv and caches, never the records in var/
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov \
		staticfiles test-results
	find $(PACKAGES) tests -name __pycache__ -prune -exec rm -rf {} +

dev:
	@sh .ci/venv requirements-dev.lock
