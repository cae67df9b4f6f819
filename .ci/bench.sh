#!/bin/bash
# Runs the benchmarks and prints a line per figure, tab-separated: name, ours,
# rival, ratio, unit; also in $CONSOLE_VAR/bench.tsv.
#   bench.sh [GROUP]   pages, import, search, gost or smev; all without
# search is run for each number in $ORGS (default 100000). Once several numbers
# have been measured, lines search/growth say how the slow ends grew between the
# least and the largest of them; what is behind the figures (queries, misses,
# with PLANS=1 plans) lies in $CONSOLE_VAR/bench-search.
set -euo pipefail
cd "$(dirname "$0")/.."
group=${1:-}
ORGS=${ORGS:-100000}
var=$(realpath -m "${CONSOLE_VAR:-var}")
export CONSOLE_VAR=$var
table=$var/bench.tsv
mkdir -p "$var"
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# measure runs one group, all without, and prints its lines.
measure() {
	local status=0 lines limit=20m
	[ "$1" != search ] || limit=6h # the first run over so many organisations takes them in
	go test -run '^$' -bench "(?i)^Benchmark${1:-.*}\$" -benchtime 1x -count 1 -timeout "$limit" ./internal/bench >"$log" 2>&1 || status=$?
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
		[ -n "$lines" ] || echo "bench: no figures${1:+ in group $1}" >&2
		return 3
	fi
	printf '%s\n' "$lines"
}

# keep puts lines into the table and takes out those of the same beginning.
keep() { # BEGINNING LINES
	local rest=
	if [ -n "$1" ] && [ -e "$table" ]; then
		rest=$(grep -v "^$1/" "$table" || true)
	fi
	printf '%s\n' ${rest:+"$rest"} ${2:+"$2"} >"$table"
	printf '%s\n' "$2"
}

# growth compares the p99 with the most organisations to that with the fewest.
growth() {
	awk -F '\t' -v OFS='\t' '$1 ~ /^search\/[0-9]+\/[a-z_]+_p99$/ {
		split($1, part, "/"); n = part[2] + 0; name = part[3]
		if (!(name in least)) order[++names] = name
		if (!(name in least) || n < least[name]) { least[name] = n; small[name] = $2 }
		if (n > most[name]) { most[name] = n; large[name] = $2 }
	} END {
		for (i = 1; i <= names; i++) {
			name = order[i]
			if (most[name] > least[name])
				print "search/growth/" name "_from_" least[name] "_to_" most[name], large[name], small[name], sprintf("%.3f", large[name] / small[name]), "ms"
		}
	}' "$table"
}

if [ "$group" = search ]; then
	for orgs in $ORGS; do
		lines=$(ORGS=$orgs measure search)
		keep "search/$orgs" "$lines"
		missed=$var/bench-search/missed-$orgs.tsv
		echo "bench: $(($(wc -l <"$missed") - 1)) of the queries missed, by class; all of the set in ${missed%/*}/quality-$orgs.tsv" >&2
		awk -F '\t' 'NR > 1 && n[$1]++ < 5' "$missed" >&2
	done
	lines=$(growth)
	[ -z "$lines" ] || keep search/growth "$lines"
	exit
fi
lines=$(ORGS=${ORGS%% *} measure "$group")
keep "$group" "$lines"
