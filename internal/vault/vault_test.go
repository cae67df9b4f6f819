package vault_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"signdesk/internal/vault"
)

func ring(t *testing.T, current string, former ...string) *vault.Ring {
	t.Helper()
	r, err := vault.New(current, former...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A value opens in its own row, with its own key, as it was, and not otherwise.
func TestSealIsBoundToItsPlace(t *testing.T) {
	first, second := strings.Repeat("1f", 32), strings.Repeat("2e", 32)
	old := ring(t, first)
	plain := []byte("<СНИЛС>112-233-445 95</СНИЛС>")
	sealed, key, err := old.Seal("exchange_wire:7", plain)
	if err != nil || bytes.Contains(sealed, []byte("112-233")) {
		t.Fatalf("sealed %q, %v", sealed, err)
	}
	turned := ring(t, second, first)
	if got, err := turned.Open("exchange_wire:7", key, sealed); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("after the key was replaced: %q, %v", got, err)
	}
	if turned.Current() == key {
		t.Error("the new key has the old one's id")
	}
	for name, open := range map[string]func() ([]byte, error){
		"another row": func() ([]byte, error) { return old.Open("exchange_wire:8", key, sealed) },
		"a changed bit": func() ([]byte, error) {
			b := bytes.Clone(sealed)
			b[20] ^= 1
			return old.Open("exchange_wire:7", key, b)
		},
		"cut":     func() ([]byte, error) { return old.Open("exchange_wire:7", key, sealed[:5]) },
		"no key":  func() ([]byte, error) { return ring(t, second).Open("exchange_wire:7", key, sealed) },
		"no ring": func() ([]byte, error) { return (*vault.Ring)(nil).Open("exchange_wire:7", key, sealed) },
	} {
		if got, err := open(); err == nil {
			t.Errorf("%s: opened as %q", name, got)
		}
	}
	if _, err := ring(t, second).Open("exchange_wire:7", key, sealed); !errors.Is(err, vault.ErrNoKey) {
		t.Error(err)
	}
	if _, err := vault.New("12"); err == nil {
		t.Error("a short key was taken")
	}
}
