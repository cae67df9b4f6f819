package softtoken

import (
	"bytes"
	"crypto/rand"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"signdesk/cmd/agent/internal/token"
	"signdesk/internal/gost"
)

func newToken(t *testing.T) (*Store, token.Info) {
	t.Helper()
	s, err := Open(filepath.Join(t.TempDir(), "tokens"))
	if err != nil {
		t.Fatal(err)
	}
	info, err := s.Create("Учебный токен", DefaultPIN)
	if err != nil {
		t.Fatal(err)
	}
	return s, info
}

func TestCreate(t *testing.T) {
	s, info := newToken(t)
	if !serialForm.MatchString(info.Serial) || info.Kind != Kind || !info.DefaultPIN || info.AttemptsLeft != MaxAttempts {
		t.Errorf("made %+v", info)
	}
	other, err := s.Create("Второй", "секрет-77")
	if err != nil || other.DefaultPIN {
		t.Errorf("made %+v, %v", other, err)
	}
	if list, err := s.List(); err != nil || len(list) != 2 {
		t.Errorf("listed %v, %v", list, err)
	}
	for _, bad := range [][2]string{{"", DefaultPIN}, {"Токен", "12345"}} {
		if _, err := s.Create(bad[0], bad[1]); err == nil {
			t.Errorf("made a token of %q", bad)
		}
	}
	if _, err := s.Token("../" + info.Serial); !errors.Is(err, token.ErrNotFound) {
		t.Errorf("a path as serial number: %v", err)
	}
}

// Ten wrong PINs block the token, also for the right one and after a restart;
// a right PIN before that gives all attempts back.
func TestPINBlocks(t *testing.T) {
	s, info := newToken(t)
	wrong := func(left int) {
		t.Helper()
		_, err := s.Login(info.Serial, "00000000")
		var w *token.WrongPIN
		if !errors.As(err, &w) || w.Left != left {
			t.Fatalf("wrong PIN: %v, want %d left", err, left)
		}
	}
	wrong(9)
	wrong(8)
	session, err := s.Login(info.Serial, DefaultPIN)
	if err != nil {
		t.Fatal(err)
	}
	session.Close()
	for left := MaxAttempts - 1; left > 0; left-- {
		wrong(left)
		if left == 5 {
			if s, err = Open(s.dir); err != nil { // a restart gives nothing back
				t.Fatal(err)
			}
		}
	}
	for _, pin := range []string{"00000000", DefaultPIN} {
		if _, err := s.Login(info.Serial, pin); !errors.Is(err, token.ErrBlocked) {
			t.Errorf("after ten wrong PINs: %v", err)
		}
	}
}

func TestKeysAndCertificates(t *testing.T) {
	s, info := newToken(t)
	session, err := s.open(info.Serial, DefaultPIN)
	if err != nil {
		t.Fatal(err)
	}
	box, err := session.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	key, err := session.key(box.ID)
	if err != nil {
		t.Fatal(err)
	}
	if !key.PublicKey.Equal(box.PublicKey) || key.Curve != gost.CryptoProXA {
		t.Error("the stored private key is not the public one's")
	}
	first, second := certificate(t, key, 1), certificate(t, key, 2)
	for _, c := range []*gost.Certificate{first, second, second} { // the repeat changes nothing
		if err := session.Install(box.ID, c); err != nil {
			t.Fatal(err)
		}
	}
	stranger, err := gost.GenerateKey(rand.Reader, gost.CryptoProA)
	if err != nil {
		t.Fatal(err)
	}
	if err := session.Install(box.ID, certificate(t, stranger, 3)); err == nil {
		t.Error("a certificate of another key was installed")
	}
	gone, err := session.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	if err := session.Delete(gone.ID); err != nil {
		t.Fatal(err)
	}
	session.Close()

	info, err = s.Token(info.Serial)
	if err != nil {
		t.Fatal(err)
	}
	found, ok := info.Find(&key.PublicKey)
	if !ok || len(info.Containers) != 1 || len(found.Certificates) != 2 || !bytes.Equal(found.Certificate().Raw, second.Raw) {
		t.Errorf("token holds %+v", info.Containers)
	}
	p8, err := os.ReadFile(s.path(info.Serial, box.ID, "key.p8"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := gost.ParsePrivateKey(p8); err == nil {
		t.Error("the private key lies open on the disk")
	}
	if _, err := gost.DecryptPrivateKey(p8, []byte("00000000")); !errors.Is(err, gost.ErrPassword) {
		t.Errorf("decrypted with a wrong PIN: %v", err)
	}
}

// A change of the PIN keeps the keys, also when it is cut short on either side
// of the moment of the change.
func TestChangePIN(t *testing.T) {
	s, info := newToken(t)
	login := func(pin string) *Session {
		t.Helper()
		session, err := s.open(info.Serial, pin)
		if err != nil {
			t.Fatal(err)
		}
		return session
	}
	session := login(DefaultPIN)
	box, err := session.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	if err := session.changePIN("12345"); err == nil {
		t.Error("a PIN of five characters was taken")
	}
	path := s.path(info.Serial, box.ID, keyFile)
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := session.changePIN("новый-пин"); err != nil {
		t.Fatal(err)
	}
	session.Close()
	opens := func() {
		t.Helper()
		session := login("новый-пин")
		defer session.Close()
		if key, err := session.key(box.ID); err != nil || !key.PublicKey.Equal(box.PublicKey) {
			t.Errorf("the key does not open: %v", err)
		}
	}
	opens()
	// Cut short after the moment: the old file is still in place.
	if err := os.Rename(path, s.path(info.Serial, box.ID, nextKey)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, old, 0o600); err != nil {
		t.Fatal(err)
	}
	opens()
	session = login("новый-пин")
	if err := session.changePIN("новый-пин"); err != nil { // puts things right
		t.Fatal(err)
	}
	session.Close()
	// Cut short before the moment: a file of a PIN that never came lies beside.
	if err := os.WriteFile(s.path(info.Serial, box.ID, nextKey), old, 0o600); err != nil {
		t.Fatal(err)
	}
	opens()
	if info, err = s.Token(info.Serial); err != nil || info.DefaultPIN {
		t.Errorf("token %+v, %v", info, err)
	}
	if _, err := s.Login(info.Serial, DefaultPIN); err == nil {
		t.Error("the old PIN still opens the token")
	}
}

func certificate(t *testing.T, key *gost.PrivateKey, serial int64) *gost.Certificate {
	t.Helper()
	at := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
	der, err := gost.CreateCertificate(rand.Reader, &gost.CertificateTemplate{
		Serial: big.NewInt(serial), Subject: gost.Name{{Type: gost.OIDCommonName, Value: "Петров Иван Иванович"}},
		NotBefore: at, NotAfter: at.AddDate(1, 0, 0), IdentificationKind: -1,
	}, nil, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := gost.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}
