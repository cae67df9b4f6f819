// Package bench compares the console with programs nobody here wrote, on the
// same machine in the same run: pages with pgbench running the statements that
// the pages run, the import with xmllint reading the same file, the search with
// ranked trigrams and SQLite's FTS5 over the same rows, GOST with
// OpenSSL's engine. It holds benchmarks only; .ci/bench.sh runs them and prints
// a line per figure: name, ours, rival, ratio (ours to rival), unit. Where the
// unit is a time, less is better; elsewhere more is.
package bench
