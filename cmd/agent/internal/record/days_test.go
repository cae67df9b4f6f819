package record

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A day has a file; a restart goes on in it, after a line that was cut short.
func TestDays(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "journal")
	note := func(at time.Time, events ...string) {
		t.Helper()
		d, err := OpenDays(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			if err := d.Note(Entry{At: at, Event: e}); err != nil {
				t.Fatal(err)
			}
			at = at.Add(time.Hour)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
	late := time.Date(2026, 11, 22, 23, 30, 0, 0, time.UTC)
	note(late, "signed", "refused")
	first := filepath.Join(dir, "signed-2026-11-22.jsonl")
	b, err := os.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(first, append(b, `{"at":"2026-`...), 0o600); err != nil { // killed in the middle
		t.Fatal(err)
	}
	note(late, "signed")
	for name, want := range map[string]int{"signed-2026-11-22.jsonl": 3, "signed-2026-11-23.jsonl": 1} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || strings.Count(string(b), "\n") != want {
			t.Errorf("%s: %v\n%s", name, err, b)
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	d := &Days{dir: dir}
	if err := d.Note(Entry{At: late}); err == nil {
		t.Error("a journal without a folder takes a line")
	}
}
