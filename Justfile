# the proxy command, as ./bin/proxy
build:
    go build -o bin/proxy ./cmd/proxy

# all tests, those of the real gitlab-runner only if GITLAB_RUNNER or PATH has one
test:
    go test ./...

# all tests with the race detector, which needs a C compiler
race:
    go test -race -timeout 15m ./...

# vet, staticcheck, and whether the format is right
lint:
    go vet ./...
    go tool staticcheck ./...
    test -z "$(go tool gofumpt -l .)"

# format all Go files
fmt:
    go tool gofumpt -w .

# what recording costs, next to direct, a splice, ReverseProxy and goproxy; as in: just bench -quick
bench *flags:
    go run ./bench {{flags}}

# every fuzz target of the repository, 20 s each or as told, as in: FUZZTIME=1m just fuzz
fuzz:
    #!/usr/bin/env bash
    set -euo pipefail
    for package in $(go list ./...); do
        for target in $(go test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
            echo "== $package $target"
            go test -run '^$' -fuzz "^$target\$" -fuzztime "${FUZZTIME:-20s}" -fuzzminimizetime 10x "$package"
        done
    done

# rewrite what tests compare with, to be read in git diff
golden:
    go test ./decode -run 'Samples|Jobs' -update
    go test ./findings ./contents ./capture ./har ./faults ./logdiff ./drift -update
    go test ./cmd/proxy -run Scripts -update-scripts
    go test ./cmd/proxy -run FixturesTable -update-fixtures-table
    go test . -run 'Messages|Transcripts' -update-docs

# archives for all platforms into dist/, with checksums; as in: just release -only linux/amd64 v1.2.3
release *args:
    go run ./release {{args}}

# record, dump and replay without GitLab or a runner
demo:
    go run ./cmd/proxy demo

# what must hold before a change goes in
ci:
    .ci/run
