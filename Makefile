# make run: set up, build, run the suite, print the tables. make test: set up, build, run all tests.
BUILD := build
# Where the suite that is one of the tests leaves its run: a log of failed tests ends with the cases that failed there.
SUITE := $(BUILD)/tests/suite/run
JOBS ?= $(shell nproc)

.PHONY: all help setup build run test unit bench baseline docs format tidy asan clean

all: build

help:
	@echo 'make run     install what is missing, build, run every scenario, print the case and the claim table'
	@echo 'make test    the same set-up, then all tests: unit, golden, system'
	@echo 'make build   build $(BUILD)/useipsec'
	@echo 'make bench   measure the network builder, the guest, the reports, the tool itself and the cells of a grid'
	@echo 'make baseline run every scenario and store what came of it as what later runs are compared with'
	@echo 'make docs    write docs/claims.md and docs/schemas/ from the data'
	@echo 'make asan    unit and golden tests under AddressSanitizer and UndefinedBehaviorSanitizer'
	@echo 'make tidy    clang-tidy, which it installs, over every source of the program'

setup:
	@setup/debian

$(BUILD)/build.ninja: CMakeLists.txt CMakePresets.json
	@echo 'build: configuring'
	@cmake --preset release -B $(BUILD) > $(BUILD).log 2>&1 || { cat $(BUILD).log >&2; exit 1; }
	@mv $(BUILD).log $(BUILD)/configure.log

build: setup $(BUILD)/build.ninja
	@setup/build $(BUILD) -j $(JOBS) useipsec

run: build
	@$(BUILD)/useipsec run

test: setup $(BUILD)/build.ninja
	@setup/build $(BUILD) -j $(JOBS)
	@ctest --test-dir $(BUILD) --output-on-failure --no-tests=error || { code=$$?; [ ! -e $(SUITE)/run.json ] || $(BUILD)/useipsec show --unexpected --run $(SUITE); exit $$code; }

unit: setup $(BUILD)/build.ninja
	@setup/build $(BUILD) -j $(JOBS)
	@ctest --test-dir $(BUILD) --output-on-failure --no-tests=error -L unit

bench: build
	@setup/build $(BUILD) -j $(JOBS) network_bench report_bench grid_bench
	@echo 'Reports of made-up runs: what a person waits for after a run.'
	@$(BUILD)/tests/report_bench
	@printf '\nNetworks built and torn down in a guest.\n'
	@$(BUILD)/useipsec in-guest --results $(BUILD)/bench -- $(BUILD)/tests/network_bench
	@printf '\nThe scenario esp-transport-napt with its controls, one worker in a guest. Wanted: own time under 10 %%, the\nfirst case after less than 3 s. A busy machine makes both worse: they are clock time.\n'
	@rm -rf $(BUILD)/bench-run && $(BUILD)/useipsec run esp-transport-napt --ground guest --jobs 1 --quiet --out $(BUILD)/bench-run | sed -n '/s in all/,/^results/{/^results/!p}'
	@printf '\nFifty OSPF routers on one link under one manual key, until one has heard all others; then the SAs of one.\n'
	@rm -rf $(BUILD)/bench-routers && $(BUILD)/useipsec run tests/bench/routers-50.json --ground guest --jobs 1 --quiet --out $(BUILD)/bench-routers | sed -n '/s in all/,/^results/{/^results/!p}'
	@$(BUILD)/useipsec show routers-50@manual --run $(BUILD)/bench-routers | grep -E '^ +r50: |until r1 sees r50'
	@printf '\nThe grid of NATs, one worker in a guest: minutes.\n'
	@rm -rf $(BUILD)/bench-grid && { $(BUILD)/useipsec run --grid nat --ground guest --jobs 1 --quiet --out $(BUILD)/bench-grid > /dev/null || true; }
	@$(BUILD)/tests/grid_bench $(BUILD)/bench-grid

baseline: build
	@rm -rf $(BUILD)/baseline-run
	@$(BUILD)/useipsec run --quiet --out $(BUILD)/baseline-run
	@$(BUILD)/useipsec diff results/baseline.json $(BUILD)/baseline-run || true
	@$(BUILD)/useipsec report $(BUILD)/baseline-run --format baseline --output results/baseline.json

docs: build
	@$(BUILD)/useipsec claims --markdown > docs/claims.md
	@$(BUILD)/useipsec schema --write docs/schemas

format:
	@git ls-files '*.h' '*.cpp' | xargs clang-format -i

asan: setup
	@cmake --preset asan > /dev/null
	@setup/build build-asan -j $(JOBS)
	@ctest --test-dir build-asan --output-on-failure --no-tests=error -L unit

tidy:
	@setup/debian tidy
	@cmake --preset tidy > /dev/null
	@setup/build build-tidy -j $(JOBS) useipsec

clean:
	@rm -rf $(BUILD) build-asan build-tidy
