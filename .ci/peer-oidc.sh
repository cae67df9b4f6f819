#!/bin/bash
# The foreign OpenID provider of the sign-in test.
#   peer-oidc.sh install   into $CONSOLE_VAR/peers/oidc, once per version (npm, pinned with integrity)
#   peer-oidc.sh start     runs it until stdin ends; the first line on stdout is the issuer.
#                          Settings by environment: see peer-oidc/server.mjs
set -euo pipefail
here=$(cd "$(dirname "$0")/peer-oidc" && pwd)
var=${CONSOLE_VAR:-$here/../../var}
home=$var/peers/oidc
PATH=$var/pkg/path:$PATH
# node brings a list of authorities of its own; a company's proxy is in the system's
[ ! -e /etc/ssl/certs/ca-certificates.crt ] || export NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt

case ${1:-} in
install)
	cmp -s "$here/package-lock.json" "$home/installed" && exit 0
	rm -rf "$home"
	mkdir -p "$home"
	cp "$here"/package*.json "$home/"
	(cd "$home" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error --cache="$var/peers/npm") >&2
	cp "$here/package-lock.json" "$home/installed"
	;;
start)
	[ -e "$home/installed" ] || { echo "run peer-oidc.sh install first" >&2; exit 3; }
	cp "$here/server.mjs" "$home/server.mjs"
	NODE_NO_WARNINGS=1 exec node "$home/server.mjs"
	;;
*)
	sed -n '2,6s/^# //p' "$0" >&2
	exit 2
	;;
esac
