# Two commands matter: make run, make test. make help lists the rest.
#
#   CONSOLE_ADDR   address of make run          (default 127.0.0.1:8080)
#   CONSOLE_VAR    data, packages, caches       (default ./var)

export CONSOLE_ADDR ?= 127.0.0.1:8080
export CONSOLE_VAR  ?= $(CURDIR)/var
export GOFLAGS      ?= -buildvcs=false
export CGO_ENABLED  := 0
# Programs that could not be installed by apt are extracted here.
export PATH         := $(abspath $(CONSOLE_VAR))/pkg/path:$(PATH)
export PYTHONPATH   := $(abspath $(CONSOLE_VAR))/pkg/usr/lib/python3/dist-packages

LINT_VERSION := v2.15.0
# The linter is built once per machine, not per clone.
LINT = $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/console-tools/golangci-lint-$(LINT_VERSION)
TEST_FLAGS ?=

.DEFAULT_GOAL := help
.PHONY: help run build setup test test-peers check bench e2e clean

help: ## list these goals
	@awk -F ':.*## ' '/^[a-z0-9%-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## set up, build and serve the console with demo data and simulators
	@.ci/setup.sh run
	@$(MAKE) --no-print-directory build
	@exec bin/console demo

build: ## build console, sim and agent into bin/
	@mkdir -p bin
	go build -o bin/ ./cmd/...

setup: ## get the system packages of run and test
	@.ci/setup.sh run test

test: setup ## every test, those in the browser included
	go test -count=1 -timeout 9m $(TEST_FLAGS) ./...
	.ci/token-tests.sh

test-peers: ## tests against foreign programs that take long to get (OIDC provider, SoftHSM with GOST)
	@.ci/setup.sh run test peers
	@.ci/peer-oidc.sh install
	PEERS=1 go test -timeout 9m -run Peer $(TEST_FLAGS) ./...
	@module=$$(.ci/peer-softhsm.sh) && SOFTHSM_GOST=$$module .ci/token-tests.sh -run Peer

check: $(LINT) ## gofmt, vet, linters, schema dump and import table up to date
	@.ci/setup.sh run
	@out=$$(gofmt -l cmd internal views static migrations reports 2>/dev/null); if [ -n "$$out" ]; then echo "gofmt -w $$out"; exit 1; fi
	go vet ./...
	GOOS=windows go build -o /dev/null ./cmd/agent
	$(LINT) run ./...
	go test -count 1 -run '^(TestSchemaDump|TestImports)$$' ./internal ./internal/db

$(LINT):
	@mkdir -p $(@D)
	GOBIN=$(@D)/build-$(LINT_VERSION) GOFLAGS= go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)
	@mv $(@D)/build-$(LINT_VERSION)/golangci-lint $@ && rmdir $(@D)/build-$(LINT_VERSION)

bench: setup ## a line per figure: name, ours, rival, ratio, unit; also in var/bench.tsv
	@.ci/setup.sh bench
	@.ci/bench.sh

bench-%: setup ## one group: pages import search gost smev; search over ORGS="1000000 10000000" organisations, PLANS=1
	@.ci/setup.sh bench
	@.ci/bench.sh $*

e2e: setup build ## Chromium walks the nine steps, foreign programs check what it left
	go test -timeout 9m -count 1 -v -run '^TestE2E' ./internal/e2e

clean: ## remove what was built; data stay
	rm -rf bin
