#!/bin/bash
# Runs the benchmarks and prints a line per figure, tab-separated: name, ours,
# rival, ratio, unit; also in $CONSOLE_VAR/bench.tsv.
#   bench.sh [GROUP]   pages, import, search, gost or smev; all without
set -euo pipefail
cd "$(dirname "$0")/.."
group=${1:-}
table=${CONSOLE_VAR:-var}/bench.tsv
mkdir -p "${table%/*}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT

status=0
go test -run '^$' -bench "(?i)^Benchmark${group:-.*}\$" -benchtime 1x -count 1 -timeout 9m ./internal/bench >"$log" 2>&1 || status=$?
lines=$(awk -v OFS='\t' '/^Benchmark.*ours:/ {
	name = tolower($1); sub(/^benchmark/, "", name); sub(/-[0-9]+$/, "", name)
	ours = rival = ratio = "-"
	for (i = 3; i < NF; i += 2) {
		split($(i + 1), what, ":")
		if (what[1] == "ours") { ours = $i; unit = what[2] }
		if (what[1] == "rival") rival = $i
	}
	if (rival != "-") ratio = sprintf("%.3f", ours / rival)
	print name, ours, rival, ratio, unit
}' "$log")
if [ "$status" != 0 ] || [ -z "$lines" ]; then
	cat "$log" >&2
	[ -n "$lines" ] || echo "bench: no figures${group:+ in group $group}" >&2
	exit 3
fi
if [ -n "$group" ] && [ -e "$table" ]; then # the other groups' figures stay
	rest=$(grep -v "^$group/" "$table" || true)
	printf '%s\n' ${rest:+"$rest"} "$lines" >"$table"
else
	printf '%s\n' "$lines" >"$table"
fi
printf '%s\n' "$lines"
