// Package migrations holds the schema: forward-only SQL files named by UTC
// time, and schema.sql, the dump a test compares them with.
package migrations

import "embed"

// FS is the folder of migrations.
//
//go:embed *.up.sql
var FS embed.FS
