package internal

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Signatures of GOST R 34.10-2001 are asked for by the check of an extract, on
// the page and on the command line, and by nothing else: whatever is new must
// not be signed so.
func TestLegacySignaturesOnlyOnExtracts(t *testing.T) {
	asks := regexp.MustCompile(`\bLegacy\s*[:=]`)
	var found []string
	for _, root := range []string{"../cmd", "."} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() && path == "gost" {
				return fs.SkipDir
			}
			if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return nil
			}
			b, err := os.ReadFile(path)
			if asks.Match(b) {
				found = append(found, filepath.ToSlash(path))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{"org/signature.go"}; !slices.Equal(found, want) {
		t.Errorf("GOST R 34.10-2001 is accepted by %v, want %v", found, want)
	}
}
