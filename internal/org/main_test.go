package org_test

import (
	"os"
	"testing"

	"signdesk/internal/registry/printed"
)

// The test program is its own child when a PDF is read.
func TestMain(m *testing.M) {
	printed.Child()
	os.Exit(m.Run())
}
