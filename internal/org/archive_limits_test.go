package org

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"signdesk/internal/org/orgtest"
)

// zipped packs texts under names.
func zipped(t testing.TB, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		f, err := w.Create(files[i])
		if err == nil {
			_, err = f.Write([]byte(files[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var inside, ogrn = string(orgtest.Romashka.XML()), orgtest.Romashka.OGRN

// An archive that wants to fill the memory, or holds something else, yields nothing.
func TestArchiveLimits(t *testing.T) {
	many := []string{}
	for i := range maxEntries + 1 {
		many = append(many, fmt.Sprint(i, ".xml"), inside)
	}
	for name, packed := range map[string][]byte{
		"no archive": []byte("PK"), "empty": zipped(t), "another name": zipped(t, "readme.txt", inside),
		"bomb": zipped(t, "big.xml", strings.Repeat("\x00", maxExchanged+1), "answer.xml", inside), "too many": zipped(t, many...),
		"no XML": zipped(t, "answer.xml", "<a"), "cut off": zipped(t, "answer.xml", inside)[:120],
	} {
		began := time.Now()
		if got := inArchive(bytes.NewReader(packed), int64(len(packed)), ogrn); got != nil || time.Since(began) > 5*time.Second {
			t.Errorf("%s: %d octets in %v", name, len(got), time.Since(began))
		}
	}
	good := zipped(t, "readme.txt", "x", "dir/Answer.XML", inside)
	if got := inArchive(bytes.NewReader(good), int64(len(good)), ogrn); string(got) != inside {
		t.Errorf("%d octets of the right one", len(got))
	}
	if got := inArchive(bytes.NewReader(good), int64(len(good)), "1037700013020"); got != nil {
		t.Error("another organisation's is taken")
	}
}

func FuzzArchive(f *testing.F) {
	f.Add(zipped(f, "answer.xml", inside))
	f.Add(zipped(f, "a.xml", "", "b.xml", "<a/>"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if got := inArchive(bytes.NewReader(b), int64(len(b)), ogrn); len(got) > maxExchanged {
			t.Error("over the limit")
		}
	})
}
