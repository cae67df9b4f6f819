package org

import (
	"bytes"
	"testing"

	"signdesk/internal/fault"
	"signdesk/internal/file"
)

// Whatever is dropped is recognised or refused in words; nothing breaks.
func FuzzLook(f *testing.F) {
	for _, name := range []string{"a.xml", "a.p7s", "a.sig", "a.pdf", "a.JPEG", "a.tif", "a", ""} {
		for _, content := range []string{"", "%PDF-1.7", "\xff\xd8\xff", "II*\x00", "<?xml version=\"1.0\"?><Файл/>", "<!DOCTYPE x>", "-----BEGIN CMS-----", "0\x80"} {
			f.Add(name, []byte(content))
		}
	}
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		s, err := look(Upload{name, content})
		switch {
		case err != nil:
			if e := fault.As(err); e == nil || e.Kind != fault.Invalid || e.Text == "" {
				t.Errorf("%q: %v", name, err)
			}
		case s.mime == "" || len(content) == 0 || len(content) > file.MaxDesk || !bytes.Equal(s.Content, content):
			t.Errorf("%q: %+v", name, s)
		}
	})
}

// A name with a sign of each legal pair finds its extract.
func TestStem(t *testing.T) {
	for name, want := range map[string]string{"a.xml": "a", "a.xml.p7s": "a", "a.p7s": "a", "A.XML.SIG": "a", "a.b.xml": "a.b", "a.pdf": "a", "a.pdf.sig": "a", "a.jpg": "a.jpg"} {
		if got := stem(name); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestMaskedWords(t *testing.T) {
	for in, want := range map[string]string{"": "", "Иванов Иван": "И*** И***", "«Ромашка»": "«Р***", "7701234560": "***60", "д. 5": "д*** ***", "—": "—", "info@romashka.ru": "i***", "№ 12345678": "№ ***78"} {
		if got := masked(in); got != want {
			t.Errorf("masked(%q) = %q, want %q", in, got, want)
		}
	}
}
