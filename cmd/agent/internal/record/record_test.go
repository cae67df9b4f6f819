package record

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"
)

var now = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

func TestUseOnceForEver(t *testing.T) {
	dir := t.TempDir()
	open := func() *Book {
		t.Helper()
		b, err := Open(dir, now)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { b.Close() })
		return b
	}
	use := func(b *Book, want bool, words ...string) {
		t.Helper()
		if ok, err := b.Use(words...); err != nil || ok != want {
			t.Errorf("Use(%q) = %v, %v; want %v", words, ok, err, want)
		}
	}
	b := open()
	use(b, true, "nonce-1", "id-1")
	use(b, false, "nonce-1", "id-2")
	use(b, false, "nonce-2", "id-1")
	use(b, true, "nonce-2", "id-2") // the refusals above used nothing up

	// A killed run leaves half a line; the marks before and after it hold.
	f, err := os.OpenFile(filepath.Join(dir, "nonces"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("abcdef"); err != nil {
		t.Fatal(err)
	}
	f.Close()
	b = open()
	use(b, false, "nonce-1", "id-3")
	use(b, true, "nonce-3", "id-3")
	use(open(), false, "nonce-3", "id-4")
}

func TestOutcomesLiveADay(t *testing.T) {
	dir := t.TempDir()
	b, err := Open(dir, now)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	const id = "5c2f0f2e-3c0b-4a52-9c6e-0d6f3f6f7a11"
	if err := b.Keep(id, "готово"); err != nil {
		t.Fatal(err)
	}
	var got string
	if err := b.Recall(id, &got); err != nil || got != "готово" {
		t.Errorf("recalled %q, %v", got, err)
	}
	later, err := Open(dir, time.Now().Add(KeepOutcome+time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	defer later.Close()
	if err := later.Recall(id, &got); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("recalled after a day: %v", err)
	}
}
