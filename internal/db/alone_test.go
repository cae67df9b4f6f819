package db_test

import (
	"context"
	"testing"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
)

// One at a time under a name, whoever tries; another name is another's.
func TestAlone(t *testing.T) {
	d := dbtest.New(t)
	other, err := db.Open(t.Context(), d.DSN(), db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	try := func(d *db.DB, name string, fn func(context.Context) error) bool {
		t.Helper()
		ran, err := d.Alone(t.Context(), name, fn)
		if err != nil {
			t.Fatal(err)
		}
		return ran
	}
	nothing := func(context.Context) error { return nil }
	if !try(d, "a", func(context.Context) error {
		if try(other, "a", nothing) || try(d, "a", nothing) {
			t.Error("two at a time")
		}
		if !try(other, "b", nothing) {
			t.Error("another name was taken")
		}
		return nil
	}) || !try(other, "a", nothing) {
		t.Error("a free name was taken")
	}
	defer func() {
		if recover() == nil || !try(other, "a", nothing) {
			t.Error("after a panic the name stays taken")
		}
	}()
	_, _ = d.Alone(t.Context(), "a", func(context.Context) error { panic("inside") })
}
