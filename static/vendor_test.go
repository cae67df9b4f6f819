package static

import (
	"crypto/sha512"
	"encoding/base64"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var vendorRow = regexp.MustCompile("(?m)^\\| (\\S+) \\| (\\S+) \\| (\\S+) \\| (\\S+) \\| `(sha384-\\S+)` \\| `(sha512-\\S+)` \\|$")

// table reads vendor/VENDOR.md: file under vendor/ -> its sha384.
func table(t *testing.T) map[string]string {
	t.Helper()
	text, err := FS.ReadFile("vendor/VENDOR.md")
	if err != nil {
		t.Fatal(err)
	}
	hashes := map[string]string{}
	for _, row := range vendorRow.FindAllStringSubmatch(string(text), -1) {
		hashes[row[4]] = row[5]
	}
	return hashes
}

func TestVendoredFilesAreWhatTheTableSays(t *testing.T) {
	hashes := table(t)
	for file, want := range hashes {
		content, err := FS.ReadFile("vendor/" + file)
		if err != nil {
			t.Error(err)
			continue
		}
		sum := sha512.Sum384(content)
		if got := "sha384-" + base64.StdEncoding.EncodeToString(sum[:]); got != want {
			t.Errorf("%s: %s, the table says %s", file, got, want)
		}
		if _, err := FS.ReadFile("vendor/" + path.Dir(file) + "/LICENSE"); err != nil {
			t.Errorf("%s has no licence beside it: %v", file, err)
		}
	}
	err := fs.WalkDir(FS, "vendor", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		switch path.Ext(name) {
		case ".js", ".css", ".svg":
			if _, ok := hashes[strings.TrimPrefix(name, "vendor/")]; !ok {
				t.Errorf("%s is not in the table", name)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestPagesRepeatTheHashes(t *testing.T) {
	hashes := table(t)
	vendored := regexp.MustCompile(`\{\{asset "vendor/([^"]+\.(?:js|css))"\}\}"([^>]*)>`)
	found := 0
	for name, page := range pages(t) {
		for _, use := range vendored.FindAllStringSubmatch(page, -1) {
			found++
			if !strings.Contains(use[2], `integrity="`+hashes[use[1]]+`"`) {
				t.Errorf("%s loads %s without integrity=%q", name, use[1], hashes[use[1]])
			}
		}
	}
	if found == 0 {
		t.Error("no page loads a vendored file: is the pattern of this test still right?")
	}
}

func TestEveryIconIsInTheSprite(t *testing.T) {
	sprite, err := FS.ReadFile("vendor/bootstrap-icons/sprite.svg")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`\{\{-? *icon "([a-z0-9-]+)"`)
	for name, page := range pages(t) {
		for _, use := range named.FindAllStringSubmatch(page, -1) {
			if !strings.Contains(string(sprite), `id="`+use[1]+`"`) {
				t.Errorf("%s: no icon %q; add it to vendor/bootstrap-icons/icons.txt and run sprite.go", name, use[1])
			}
		}
	}
}

// pages reads every template of the views folder and the component guide.
func pages(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir("../views", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".html" {
			return err
		}
		content, err := os.ReadFile(name)
		all[name] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	guide, err := os.ReadFile("COMPONENTS.md")
	if err != nil {
		t.Fatal(err)
	}
	all["COMPONENTS.md"] = string(guide)
	return all
}
