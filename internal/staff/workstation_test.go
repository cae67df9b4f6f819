package staff_test

import (
	"bytes"
	"encoding/base32"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"signdesk/internal/db/dbtest"
	"signdesk/internal/fault"
	"signdesk/internal/staff"
)

func sealer(t *testing.T) *staff.Sealer {
	t.Helper()
	s, err := staff.NewSealer(strings.Repeat("5a", 32), "")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestPairing(t *testing.T) {
	d := dbtest.New(t)
	o, theirs := newOffice(t, d, ""), newOffice(t, d, "their-")
	by, s := o.as(t, "operator"), sealer(t)
	secret := bytes.Repeat([]byte{7, 9}, 16)
	code := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
	pair := func(w staff.Workstation, code string) (int64, error) {
		return staff.Pair(t.Context(), d, s, by, noon, w, code)
	}

	id, err := pair(staff.Workstation{Name: "Окно 3", AgentURL: " http://127.0.0.1:8095/ "}, strings.ToLower(code[:26])+" - "+code[26:])
	if err != nil {
		t.Fatal(err)
	}
	w, err := staff.FindWorkstation(t.Context(), d, by, id)
	if err != nil || w.AgentURL != "http://127.0.0.1:8095" {
		t.Fatal(w, err)
	}
	if got, err := w.Secret(s); err != nil || !bytes.Equal(got, secret) {
		t.Error(got, err)
	}
	if bytes.Contains(w.PairingSealed, secret[:8]) {
		t.Error("the secret lies open in the database")
	}
	if _, err := staff.FindWorkstation(t.Context(), d, theirs.as(t, "operator"), id); !fault.Is(err, fault.NotFound) {
		t.Errorf("another partner finds it: %v", err)
	}
	if _, err := pair(staff.Workstation{ID: id, Name: "Окно 4", AgentURL: "https://localhost:1"}, ""); err != nil {
		t.Fatal(err)
	}
	w, _ = staff.FindWorkstation(t.Context(), d, by, id)
	if got, err := w.Secret(s); err != nil || !bytes.Equal(got, secret) || w.Name != "Окно 4" {
		t.Error("a change without a code lost the secret", err)
	}
	for name, c := range map[string]struct {
		w     staff.Workstation
		code  string
		field string
	}{
		"no name":          {staff.Workstation{AgentURL: "http://127.0.0.1:1"}, code, "name"},
		"the same name":    {staff.Workstation{Name: "Окно 4", AgentURL: "http://127.0.0.1:1"}, code, "name"},
		"somewhere else":   {staff.Workstation{Name: "x", AgentURL: "http://agent.example:8095"}, code, "agent_url"},
		"with a password":  {staff.Workstation{Name: "x", AgentURL: "http://a:b@127.0.0.1:8095"}, code, "agent_url"},
		"another protocol": {staff.Workstation{Name: "x", AgentURL: "file://127.0.0.1:8095"}, code, "agent_url"},
		"policy breaking":  {staff.Workstation{Name: "x", AgentURL: "http://127.0.0.1:1;script-src *"}, code, "agent_url"},
		"no code":          {staff.Workstation{Name: "x", AgentURL: "http://127.0.0.1:1"}, "", "code"},
		"a short code":     {staff.Workstation{Name: "x", AgentURL: "http://127.0.0.1:1"}, code[:50], "code"},
	} {
		_, err := pair(c.w, c.code)
		if e := fault.As(err); e == nil || e.Fields[c.field] == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSealer(t *testing.T) {
	s := sealer(t)
	sealed := s.Seal("a", []byte("тайна"))
	if plain, err := s.Open("a", sealed); err != nil || string(plain) != "тайна" {
		t.Error(plain, err)
	}
	if _, err := s.Open("b", sealed); err == nil {
		t.Error("opened for another purpose")
	}
	for i := range sealed {
		broken := bytes.Clone(sealed)
		broken[i] ^= 1
		if _, err := s.Open("a", broken); err == nil {
			t.Fatalf("opened with byte %d changed", i)
		}
	}
	if _, err := s.Open("a", sealed[:5]); err == nil {
		t.Error("opened a stump")
	}
	for _, key := range []string{"5a", strings.Repeat("zz", 32)} {
		if _, err := staff.NewSealer(key, ""); err == nil {
			t.Errorf("key %q taken", key)
		}
	}
}

// Two processes that start together end with one key, which stays theirs.
func TestTheKeyFileIsMadeOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "var", "seal.key")
	sealers := make([]*staff.Sealer, 4)
	var wg sync.WaitGroup
	for i := range sealers {
		wg.Go(func() {
			s, err := staff.NewSealer("", path)
			if err != nil {
				t.Error(err)
			}
			sealers[i] = s
		})
	}
	wg.Wait()
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatal(info, err)
	}
	for _, s := range sealers[1:] {
		if _, err := s.Open("x", sealers[0].Seal("x", []byte("1"))); err != nil {
			t.Error(err)
		}
	}
}
