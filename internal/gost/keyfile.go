package gost

import (
	"encoding/pem"
	"errors"
)

// ErrPassphrase means that the key file is encrypted and no passphrase was given.
var ErrPassphrase = errors.New("the private key is encrypted: its passphrase is needed")

// Labels of private keys in PEM (RFC 7468, sections 10 and 11).
const (
	labelKey       = "PRIVATE KEY"
	labelSealedKey = "ENCRYPTED PRIVATE KEY"
)

// ReadPrivateKey reads the first private key of a PEM file: PKCS#8, encrypted
// or plain. sealed tells which, since a plain one has no place in production.
// The passphrase of a plain key is not looked at. Errors: ErrPassphrase,
// ErrPassword.
func ReadPrivateKey(file, passphrase []byte) (k *PrivateKey, sealed bool, err error) {
	if len(file) > 64<<10 {
		return nil, false, errors.New("private key: file is too large")
	}
	for {
		block, rest := pem.Decode(file)
		if block == nil {
			return nil, false, errors.New("private key: no PRIVATE KEY or ENCRYPTED PRIVATE KEY block in PEM")
		}
		file = rest
		switch {
		case block.Type == labelKey:
			k, err = ParsePrivateKey(block.Bytes)
			return k, false, err
		case block.Type == labelSealedKey && len(passphrase) == 0:
			return nil, true, ErrPassphrase
		case block.Type == labelSealedKey:
			k, err = DecryptPrivateKey(block.Bytes, passphrase)
			return k, true, err
		}
	}
}
