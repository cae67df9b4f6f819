package views

import (
	"io/fs"
	"path"
	"regexp"
	"testing"
)

// What the content security policy or allowEval=false would silently switch off.
var refused = map[string]*regexp.Regexp{
	"an inline style":                 regexp.MustCompile(`(?i)\sstyle\s*=|<style`),
	"an inline script":                regexp.MustCompile(`(?i)<script(?:\s+(?:defer|async|type="[^"]*"))*\s*>`),
	"an inline handler":               regexp.MustCompile(`(?i)\s(?:on[a-z]+|hx-on[:a-z-]*)\s*=`),
	"an evaluated htmx attribute":     regexp.MustCompile(`(?i)hx-(?:vals|headers|vars)\s*=\s*["'](?:js|javascript):`),
	"a filter in hx-trigger":          regexp.MustCompile(`(?i)hx-trigger\s*=\s*"[^"]*\[`),
	"an evaluated morph swap":         regexp.MustCompile(`morph:\{`),
	"a script or style of a stranger": regexp.MustCompile(`(?i)(?:src|href)\s*=\s*["'](?:https?:)?//[^"']+\.(?:js|css)`),
}

func TestPagesKeepTheContentSecurityPolicy(t *testing.T) {
	err := fs.WalkDir(FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".html" {
			return err
		}
		if path.Dir(name) == "mail" { // letters are read in mail programs: their style is inline
			return nil
		}
		page, err := fs.ReadFile(FS, name)
		for what, pattern := range refused {
			if found := pattern.Find(page); found != nil {
				t.Errorf("%s has %s: %s", name, what, found)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
