package main

import (
	"crypto/rand"
	"encoding/pem"
	"os"
	"path/filepath"

	"signdesk/internal/gost"
)

// Files of the demo's signing key as production has it.
const (
	sealedKey    = "smev-client.sealed.pem"
	sealedSecret = "smev-client.passphrase"
)

// sealDemoKey encrypts the plain key that the simulator hands out, with a
// passphrase of its own in a file beside: the demo reads it as production does.
// A key sealed before is left alone when it still opens.
func sealDemoKey(dir string) error {
	plain, err := os.ReadFile(filepath.Join(dir, "smev-client.key.pem"))
	if err != nil {
		return err
	}
	key, _, err := gost.ReadPrivateKey(plain, nil)
	if err != nil {
		return err
	}
	passphrase, _ := os.ReadFile(filepath.Join(dir, sealedSecret))
	if file, err := os.ReadFile(filepath.Join(dir, sealedKey)); err == nil {
		if old, _, err := gost.ReadPrivateKey(file, passphrase); err == nil && old.Equal(key) {
			return nil
		}
	}
	passphrase = []byte(rand.Text())
	der, err := gost.EncryptPrivateKey(rand.Reader, key, passphrase)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, sealedSecret), passphrase, 0o600); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, sealedKey), pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: der}), 0o600)
}
