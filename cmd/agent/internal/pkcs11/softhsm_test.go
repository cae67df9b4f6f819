//go:build pkcs11

package pkcs11

import (
	"crypto/ecdsa"
	"encoding/hex"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/miekg/pkcs11"
)

const (
	userPIN = "12345678" // the factory's
	soPIN   = "87654321"
)

// bench is a reader with SoftHSM tokens of one test.
type bench struct {
	t     *testing.T
	dir   string
	store *Store
}

// newBench starts the module found at one of the paths.
func newBench(t *testing.T, paths ...string) *bench {
	t.Helper()
	for _, path := range paths {
		if _, err := os.Stat(path); err != nil {
			continue
		}
		b := &bench{t: t, dir: t.TempDir()}
		conf := filepath.Join(b.dir, "softhsm2.conf")
		tokens := filepath.Join(b.dir, "tokens")
		if err := os.Mkdir(tokens, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(conf, []byte("directories.tokendir = "+tokens+"\nobjectstore.backend = file\nlog.level = ERROR\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		t.Setenv("SOFTHSM2_CONF", conf)
		var err error
		if b.store, err = Open([]string{path}, slog.New(slog.DiscardHandler)); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(b.store.Close)
		return b
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("SoftHSM is not installed: ", paths)
	}
	t.Skip("SoftHSM is not installed: ", paths)
	return nil
}

// debianModule is SoftHSM as Debian builds it: P-256, no GOST.
func debianModule() []string {
	v := os.Getenv("CONSOLE_VAR")
	return []string{"/usr/lib/softhsm/libsofthsm2.so", filepath.Join(v, "pkg/usr/lib/softhsm/libsofthsm2.so")}
}

// add formats a token and returns its serial number.
func (b *bench) add(label string) string {
	b.t.Helper()
	m := b.store.modules[0]
	ids, err := m.ctx.GetSlotList(true)
	if err != nil {
		b.t.Fatal(err)
	}
	free := ids[len(ids)-1] // the module's last slot is the one not yet formatted
	if err := m.ctx.InitToken(free, soPIN, label); err != nil {
		b.t.Fatal(err)
	}
	all, err := b.store.slots()
	if err != nil {
		b.t.Fatal(err)
	}
	for _, at := range all {
		if at.info.Label != label {
			continue
		}
		h, err := m.ctx.OpenSession(at.id, pkcs11.CKF_SERIAL_SESSION|pkcs11.CKF_RW_SESSION)
		if err == nil {
			err = m.ctx.Login(h, pkcs11.CKU_SO, soPIN)
		}
		if err == nil {
			err = m.ctx.InitPIN(h, userPIN)
		}
		if err == nil {
			err = m.ctx.Logout(h)
		}
		if err == nil {
			err = m.ctx.CloseSession(h)
		}
		if err != nil {
			b.t.Fatal(err)
		}
		return at.info.SerialNumber
	}
	b.t.Fatal("the new token is not listed")
	return ""
}

// remove is what taking a token out is for a SoftHSM.
func (b *bench) remove() {
	b.t.Helper()
	found, err := filepath.Glob(filepath.Join(b.dir, "tokens", "*"))
	if err != nil || len(found) == 0 {
		b.t.Fatal(found, err)
	}
	for _, dir := range found {
		if err := os.RemoveAll(dir); err != nil {
			b.t.Fatal(err)
		}
	}
}

func (b *bench) login(serial, pin string) *Session {
	b.t.Helper()
	session, err := b.store.login(serial, pin)
	if err != nil {
		b.t.Fatal(err)
	}
	return session
}

// newP256 makes a P-256 pair and returns its id and signer.
func (b *bench) newP256(session *Session) (string, *signer) {
	b.t.Helper()
	p, err := session.generate(p256)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, ok := p.public.(*ecdsa.PublicKey); !ok {
		b.t.Fatalf("made a %T", p.public)
	}
	id := hex.EncodeToString(p.id)
	key, err := session.Signer(id)
	if err != nil {
		b.t.Fatal(err)
	}
	return id, key.(*signer)
}
