// Package reports holds the reports themselves: one .sql file each. The
// comments at its head say who may run it, what it asks for, what its columns
// mean and what its chart draws; internal/report documents the words.
package reports

import "embed"

// FS is the folder as the program carries it.
//
//go:embed *.sql
var FS embed.FS
