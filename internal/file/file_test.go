package file_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
	"signdesk/internal/fault"
	"signdesk/internal/file"
	"signdesk/internal/staff"
)

type shelf struct {
	t               *testing.T
	d               *db.DB
	s               *file.Store
	dir             string
	partner, others int64
}

func newShelf(t *testing.T) *shelf {
	x := &shelf{t: t, d: dbtest.New(t), dir: t.TempDir()}
	var err error
	if x.s, err = file.NewStore(x.dir); err != nil {
		t.Fatal(err)
	}
	x.tx(0, func(ctx context.Context, tx bun.IDB) error {
		if x.partner, _, err = staff.AddPartner(ctx, tx, "ООО «Наши»", "0000000000", "", "Центр"); err != nil {
			return err
		}
		x.others, _, err = staff.AddPartner(ctx, tx, "ООО «Чужие»", "0000000001", "", "Центр")
		return err
	})
	return x
}

func (x *shelf) tx(partner int64, fn func(context.Context, bun.IDB) error) {
	x.t.Helper()
	if err := x.d.Tx(x.t.Context(), partner, fn); err != nil {
		x.t.Fatal(err)
	}
}

func (x *shelf) add(name string, content []byte) *file.File {
	x.t.Helper()
	f := &file.File{PartnerID: x.partner, OrgID: 1, Folder: file.Storage, Name: name, Mime: "application/pdf", CreatedAt: time.Now()}
	x.tx(x.partner, func(ctx context.Context, tx bun.IDB) error { return x.s.Add(ctx, tx, f, content) })
	return f
}

func (x *shelf) objects() (n int) {
	x.t.Helper()
	if err := filepath.WalkDir(x.dir, func(_ string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			n++
		}
		return err
	}); err != nil {
		x.t.Fatal(err)
	}
	return n
}

// Bytes come back as they were, are kept once, and belong to their partner.
func TestStore(t *testing.T) {
	x := newShelf(t)
	content := bytes.Repeat([]byte("акт "), 10000)
	a, b := x.add("акт.pdf", content), x.add("тот же акт.pdf", content)
	if a.ID == b.ID || x.objects() != 1 {
		t.Errorf("two rows share one object: %s %s, %d objects", a.ID, b.ID, x.objects())
	}
	x.tx(x.partner, func(ctx context.Context, tx bun.IDB) error {
		f, err := file.Get(ctx, tx, x.partner, a.ID)
		if err != nil {
			return err
		}
		got, err := x.s.Read(f)
		if !bytes.Equal(got, content) || f.Size != int64(len(content)) {
			t.Errorf("%d bytes came back of %d", len(got), len(content))
		}
		return err
	})
	for _, partner := range []int64{x.others, 0} {
		x.tx(partner, func(ctx context.Context, tx bun.IDB) error {
			if _, err := file.Get(ctx, tx, x.partner, a.ID); !fault.Is(err, fault.NotFound) {
				t.Errorf("partner %d reads another's file: %v", partner, err)
			}
			return nil
		})
	}
	x.tx(x.partner, func(ctx context.Context, tx bun.IDB) error {
		if _, err := file.Get(ctx, tx, x.partner, uuid.New()); !fault.Is(err, fault.NotFound) {
			t.Errorf("an unknown file: %v", err)
		}
		list, err := file.List(ctx, tx, x.partner, 1, file.Storage)
		if len(list) != 2 || list[0].Name != "тот же акт.pdf" {
			t.Errorf("list %+v", list)
		}
		return err
	})
}

// A damaged or lost object is an error, never other bytes; an empty upload is refused.
func TestDamage(t *testing.T) {
	x := newShelf(t)
	f := x.add("a.pdf", []byte("%PDF-1.7 действительно"))
	var path string
	if err := filepath.WalkDir(x.dir, func(p string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			path = p
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("%PDF-1.7 подменено"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := x.s.Read(f); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("damaged: %v", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := x.s.Read(f); err == nil || !strings.Contains(err.Error(), "missing") {
		t.Errorf("lost: %v", err)
	}
	err := x.d.Tx(t.Context(), x.partner, func(ctx context.Context, tx bun.IDB) error {
		return x.s.Add(ctx, tx, &file.File{PartnerID: x.partner, Folder: file.Storage, Name: "пусто.pdf"}, nil)
	})
	if !fault.Is(err, fault.Invalid) || x.objects() != 0 {
		t.Errorf("an empty file: %v, %d objects", err, x.objects())
	}
}

// Names keep their letters and lose folders and control signs.
func TestNames(t *testing.T) {
	x := newShelf(t)
	for _, c := range []struct{ given, want string }{
		{"Выписка № 5.xml", "Выписка № 5.xml"},
		{`C:\Users\Мария\скан.jpg`, "скан.jpg"},
		{"../../etc/passwd", "passwd"},
		{"a\x00b\nc.pdf", "a_b_c.pdf"},
		{"<script>.pdf", "_script_.pdf"},
		{"", "файл"}, {"..", "файл"},
		{"\xff\xfe.pdf", "_.pdf"},
	} {
		if f := x.add(c.given, []byte("x")); f.Name != c.want {
			t.Errorf("%q became %q, want %q", c.given, f.Name, c.want)
		}
	}
	long := x.add(strings.Repeat("ж", 300)+".pdf", []byte("x")).Name
	if n := len([]rune(long)); n != 200 || !strings.HasSuffix(long, ".pdf") {
		t.Errorf("a long name has %d signs: %q", n, long)
	}
}
