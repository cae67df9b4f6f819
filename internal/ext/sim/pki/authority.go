// Package pki makes the keys and certificates of the simulated world: three
// authorities that know nothing of each other (SMEV's, the certification
// authority with its root and issuing CA, the tax service's) and the people
// and machines they certify. Everything is made at the first start and read
// from files at every later one.
//
// Keys are GOST R 34.10-2012, 256 bits, parameter set CryptoPro A (XA): what
// the accredited authorities issue on.
package pki

import (
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"time"

	"signdesk/internal/gost"
)

// Identity is a private key with its certificate.
type Identity struct {
	Key  *gost.PrivateKey
	Cert *gost.Certificate
}

// Load reads NAME.key.pem and NAME.cert.pem from dir; when they are not there
// it makes a key, asks make for the certificate's DER bytes and stores both.
// The key is written last: a start that dies between the two begins again.
func Load(dir, name string, create func(key *gost.PrivateKey) ([]byte, error)) (*Identity, error) {
	keyFile, certFile := filepath.Join(dir, name+".key.pem"), filepath.Join(dir, name+".cert.pem")
	id, err := read(keyFile, certFile)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return id, err
	}
	key, err := gost.GenerateKey(rand.Reader, gost.CryptoProA)
	if err != nil {
		return nil, fmt.Errorf("generate key %s: %w", name, err)
	}
	der, err := create(key)
	if err != nil {
		return nil, fmt.Errorf("certificate %s: %w", name, err)
	}
	pkcs8, err := gost.MarshalPrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encode key %s: %w", name, err)
	}
	if err := WritePEM(certFile, "CERTIFICATE", der); err != nil {
		return nil, err
	}
	if err := WritePEM(keyFile, "PRIVATE KEY", pkcs8); err != nil {
		return nil, err
	}
	return read(keyFile, certFile)
}

func read(keyFile, certFile string) (*Identity, error) {
	keyPEM, err := os.ReadFile(keyFile)
	if err != nil {
		return nil, err
	}
	certPEM, err := os.ReadFile(certFile)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(keyPEM)
	if block == nil {
		return nil, fmt.Errorf("%s: no PEM block", keyFile)
	}
	key, err := gost.ParsePrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", keyFile, err)
	}
	cert, err := gost.ParseCertificate(certPEM)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", certFile, err)
	}
	if !cert.PublicKey.Equal(key.Public()) {
		return nil, fmt.Errorf("%s: certificate of another key", certFile)
	}
	return &Identity{Key: key, Cert: cert}, nil
}

// WritePEM writes one block beside the file and renames it into place.
func WritePEM(file, kind string, der ...[]byte) error {
	var out []byte
	for _, d := range der {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: d})...)
	}
	return Write(file, out)
}

// Write replaces the file by rename, readable by the owner only.
func Write(file string, data []byte) error {
	tmp := file + ".new"
	if err := os.WriteFile(tmp, data, 0o600); err != nil {
		return err
	}
	return os.Rename(tmp, file)
}

// Serial makes a random positive serial number of 16 bytes, which is what the
// accredited authorities use and RFC 5280 (4.1.2.2) allows up to 20 of.
func Serial() (*big.Int, error) {
	b := make([]byte, 16)
	if _, err := rand.Read(b); err != nil {
		return nil, err
	}
	b[0] = b[0]&0x7f | 0x40
	return new(big.Int).SetBytes(b), nil
}

// Years is the validity of the world's own certificates.
const Years = 10

// Root makes a self-signed authority called name.
func Root(dir, file, name string, now time.Time) (*Identity, error) {
	return Load(dir, file, func(key *gost.PrivateKey) ([]byte, error) {
		t, err := authorityTemplate(name, now)
		if err != nil {
			return nil, err
		}
		return gost.CreateCertificate(rand.Reader, t, nil, &key.PublicKey, key)
	})
}

// Sub makes an authority called name under the parent.
func (p *Identity) Sub(dir, file, name string, now time.Time) (*Identity, error) {
	return Load(dir, file, func(key *gost.PrivateKey) ([]byte, error) {
		t, err := authorityTemplate(name, now)
		if err != nil {
			return nil, err
		}
		return gost.CreateCertificate(rand.Reader, t, p.Cert, &key.PublicKey, p.Key)
	})
}
