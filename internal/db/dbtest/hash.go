package dbtest

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// schemaHash changes when anything changes that the migrated schema comes
// from: the migrations, the code that runs them, the queue's version.
func schemaHash() (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	files := []string{filepath.Join(root, "go.mod")}
	for _, pattern := range []string{"migrations/*", "internal/db/*.go"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			return "", err
		}
		files = append(files, found...)
	}
	sort.Strings(files)
	sum := sha256.New()
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") || filepath.Base(path) == "schema.sql" {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(sum, "%s %d\n%s", filepath.Base(path), len(text), text)
	}
	return fmt.Sprintf("%.8x", sum.Sum(nil)), nil
}

// moduleRoot walks up from the folder of the test.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; dir != "/"; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
	}
	return "", errors.New("no go.mod above the test's folder")
}
