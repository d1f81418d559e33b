# One command per intent; the same here and in CI. `make help` lists them.
PRESET ?= release
JOBS ?= $(shell nproc)
BUILD := build/$(PRESET)
VENVS := build/venv
S3 := build/s3
CLIENTS := build/interop
CTEST := ctest --test-dir $(BUILD) --output-on-failure --no-tests=error -j $(JOBS)

.PHONY: help bootstrap venvs s3-servers interop-clients configure build demo test test-interop soak bench bench-peers format clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

bootstrap: ## install what building and testing need (Debian 12), skipping what is present
	@scripts/bootstrap

configure: bootstrap build/.exists
	@cmake --preset $(PRESET) $(CONFIGURE_ARGS) >build/configure.log 2>&1 || { mkdir -p build; cat build/configure.log; exit 1; }

build/.exists:
	@mkdir -p build && touch $@


build: configure ## build the one binary, build/lifeboat
	@cmake --build $(BUILD) --target lifeboat -j $(JOBS)
	@ln -sfn $(PRESET)/lifeboat build/lifeboat

demo: build ## a site dies and the analysts' queries go on: the whole story, with a report in build/demo
	@build/lifeboat demo --dir build/demo

test: CONFIGURE_ARGS = -DLIFEBOAT_TEST_VENVS=$(CURDIR)/$(VENVS)
test: bootstrap venvs configure ## unit, SQL-file, conformance, tidy and end-to-end tests
	@cmake --build $(BUILD) -j $(JOBS)
	@cmake --build $(BUILD) --target all_verify_interface_header_sets -j $(JOBS)
	@ln -sfn $(PRESET)/lifeboat build/lifeboat
	@$(CTEST) -LE 's3|interop-engine'

venvs: bootstrap
	@scripts/test-venv $(VENVS)

test-interop: CONFIGURE_ARGS = -DLIFEBOAT_TEST_VENVS=$(CURDIR)/$(VENVS) -DLIFEBOAT_TEST_S3=$(CURDIR)/$(S3) \
  -DLIFEBOAT_INTEROP_CLIENTS=$(CURDIR)/$(CLIENTS)
test-interop: bootstrap venvs s3-servers interop-clients configure ## the suites with other programs: Iceberg clients, S3 servers
	@cmake --build $(BUILD) -j $(JOBS)
	@$(CTEST) -L 'interop|s3'

interop-clients: bootstrap
	@scripts/bootstrap --interop
	@scripts/interop-clients $(CLIENTS)

s3-servers:
	@scripts/test-s3 $(S3)

soak: CONFIGURE_ARGS = -DLIFEBOAT_TEST_VENVS=$(CURDIR)/$(VENVS)
soak: bootstrap venvs configure ## long kill and fuzz runs
	@cmake --build $(BUILD) -j $(JOBS)
	@LIFEBOAT_KILL_ROUNDS=400 $(CTEST) -L crash
	@for target in $(BUILD)/bin/*_fuzz; do $$target --runs 5000000 || exit 1; done

bench: build ## the measurements of docs/benchmarks.md
	@cmake --build $(BUILD) -j $(JOBS)
	@bench/run $(BUILD)

bench-peers: build ## the catalog beside other catalogs, which it fetches and starts; PEERS="--rounds 1 --seconds 2" is short
	@scripts/bootstrap --interop
	@scripts/interop-clients $(CLIENTS) fixture nessie
	@scripts/test-s3 $(S3) versitygw
	@cmake --build $(BUILD) -j $(JOBS) --target catalog_test_server commit_load static_server
	@python3 bench/peers/peers.py --build $(BUILD) --clients $(CLIENTS) --s3 $(S3) --json build/bench-peers.json $(PEERS)

format: ## clang-format the sources that git tracks
	@git ls-files '*.cc' '*.h' | xargs clang-format-14 -i

clean: ## remove build products, keeping downloads (build/third_party, build/venv)
	@rm -rf build/dev build/release build/ci build/asan build/tsan build/lifeboat build/demo
