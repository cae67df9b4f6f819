package pkcs11

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestModules(t *testing.T) {
	dir := t.TempDir()
	if got, err := Modules(dir); err != nil || got != nil {
		t.Errorf("no file: %v, %v", got, err)
	}
	one, two := filepath.Join(dir, "one.so"), filepath.Join(dir, "two.so")
	for text, want := range map[string][]string{
		`{"modules": ["` + one + `", "` + two + `"]}`: {one, two},
		`{"modules": []}`:                             {},
		`{"modules": ["one.so"]}`:                     nil,
		`{"modules": ["` + one + `", "` + one + `"]}`: nil,
		`{"module": "` + one + `"}`:                   nil,
		`{"modules": []} {}`:                          nil,
		`["` + one + `"]`:                             nil,
		``:                                            nil,
	} {
		if err := os.WriteFile(filepath.Join(dir, ConfigFile), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := Modules(dir); (err == nil) != (want != nil) || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v", text, got, err)
		}
	}
}
