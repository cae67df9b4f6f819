// Package views holds the pages: layout/ has the two frames (console and bare),
// partials/ one visible thing each, and a folder per audience and resource the
// pages themselves. What the parts look like and how they are written is in
// static/COMPONENTS.md.
package views

import "embed"

// FS is the folder as the program carries it. The all: keeps files whose names
// begin with "_": parts that only the pages beside them use.
//
//go:embed all:*
var FS embed.FS
