# Parvis. `make help` lists what there is; each target installs or builds what it needs first.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo development)
LDFLAGS := -s -w -X main.version=$(VERSION)
GO := env CGO_ENABLED=0 go
# Gin would bring a MessagePack codec of 6 MB that nothing here speaks.
export GOFLAGS := $(shell go env GOFLAGS 2>/dev/null) -tags=nomsgpack

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  \033[1mmake %-10s\033[0m %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: build ## Run the whole platform on http://localhost:8080 (Ctrl-C stops it, the data stays)
	@exec bin/parvis demo

.PHONY: build
build: client parvis sfu ## Build the client and both programs into bin/

.PHONY: test
test: tools npm ## Run every test, real browsers included; installs what it needs on Debian
	@scripts/install-debian chromium curl postgresql gcc libc6-dev iproute2
	@scripts/with-postgres scripts/test

.PHONY: bench
bench: build ## Measure joins, lobbies, mute-all, start and memory next to the bare ceiling; writes bench/results.json
	@scripts/install-debian postgresql
	@PARVIS_POSTGRES_OPTIONS="-c shared_buffers=2GB" scripts/with-postgres $(GO) run ./bench

.PHONY: e2e
e2e: build ## Run the browser tests alone; make e2e ARGS="-g 'two people'" picks some
	@scripts/install-debian chromium curl
	@npm run --silent -w e2e test -- $(ARGS)

.PHONY: lint
lint: tools npm linters ## Check format, vet, staticcheck, and the client's lint and types
	@scripts/gofmt-check
	@$(GO) vet ./...
	@env CGO_ENABLED=0 bin/staticcheck ./...
	@npm run --silent -w web lint
	@npm run --silent -w web typecheck
	@npm run --silent -w e2e typecheck

.PHONY: fmt
fmt: tools ## Format the Go code
	@gofmt -l -w $$(git ls-files --cached --others --exclude-standard '*.go')

.PHONY: generate
generate: tools npm linters ## Write the OpenAPI documents from the handlers, and from them the types of both clients
	@$(GO) generate ./...
	@npm run --silent -w web generate

.PHONY: clean
clean: ## Remove what was built; keeps data/ and node_modules/
	@rm -rf bin e2e/results e2e/report
	@find web/dist -mindepth 1 ! -name .gitkeep -delete 2>/dev/null || true

# --- Pieces -----------------------------------------------------------------------------------------------------------

.PHONY: tools npm client parvis sfu linters
tools:
	@scripts/require-tools

npm: tools
	@scripts/npm-install

client: npm
	@scripts/build-client

# go build itself skips what did not change.
parvis: client
	@[ -e bin/parvis ] || echo "Building the platform; the first time takes a few minutes."
	@$(GO) build -ldflags "$(LDFLAGS)" -o bin/ ./cmd/parvis

sfu: tools
	@[ -e bin/parvis-sfu ] || echo "Building the media server; the first time takes a few minutes."
	@$(GO) build -ldflags "$(LDFLAGS)" -o bin/ ./cmd/parvis-sfu

linters: tools
	@$(GO) -C tools build -o ../bin/ tool
