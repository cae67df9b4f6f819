package org_test

import (
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"signdesk/internal/ext/smev"
	"signdesk/internal/org/orgtest"
)

// TestExtractInArchive takes an extract that is too large for a message out of
// the archive beside it: from SMEV's file store, or inside the message.
func TestExtractInArchive(t *testing.T) {
	b := newDesk(t).bodies(orgtest.Romashka)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- b.world.SMEV.ServeFiles(l) }()
	t.Cleanup(func() {
		if err := errors.Join(b.world.SMEV.CloseFiles(), <-done); err != nil {
			t.Error(err)
		}
	})
	for _, c := range []struct{ name, script, status, text string }{
		{"in the store", "SendRequest archive", "received", ""},
		{"inside the message", "SendRequest archive inline", "received", ""},
		{"another file in the store", "SendRequest archive; Fetch changed; Fetch changed; Fetch changed", "waiting", ""},
	} {
		b.store = &smev.Files{Address: l.Addr().String(), Idle: time.Second}
		if err := b.world.SMEV.Script(c.script); err != nil {
			t.Fatal(err)
		}
		a := b.ask(b.id)
		if a.Status != c.status || !strings.Contains(a.Text, c.text) || (a.Status == "received") != (a.ExtractID != 0) {
			t.Errorf("%s: %+v", c.name, a)
		}
		if a.Status == "waiting" && !strings.Contains(a.Where, "файл") {
			t.Errorf("%s: %s", c.name, a.Where)
		}
		if a.ExtractID != 0 {
			if x, rows := b.extract(a.ExtractID); x.Signature != "good" || rows["inn"].Verdict != "same" {
				t.Errorf("%s: %+v", c.name, x)
			}
		}
	}
}
