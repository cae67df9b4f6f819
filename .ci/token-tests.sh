#!/bin/bash
# The agent with PKCS#11: the only part of the project that needs a C
# compiler, so it is tested apart from the rest. Without a compiler the step
# is left out; in CI that is a failure.
#   token-tests.sh [go test flags…]
set -euo pipefail
cd "$(dirname "$0")/.."
if ! type -P gcc >/dev/null; then
	echo "token-tests: no gcc, the agent's PKCS#11 is not tested here" >&2
	[ "${CI:-}" != true ]
	exit
fi
libs=$(compgen -G "${CONSOLE_VAR:-var}/pkg/usr/lib/*-linux-gnu" | head -n 1 || true)
[ -z "$libs" ] || export LD_LIBRARY_PATH=$libs${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export CGO_ENABLED=1
go vet -tags pkcs11 ./cmd/agent/...
exec go test -count=1 -timeout 3m -tags pkcs11 "$@" ./cmd/agent ./cmd/agent/internal/pkcs11
