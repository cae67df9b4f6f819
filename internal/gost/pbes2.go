package gost

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/asn1"
	"errors"
	"fmt"
	"hash"
	"io"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// ErrPassword means that the password does not open the private key.
var ErrPassword = errors.New("wrong password")

// Identifiers of PBES2 (RFC 8018).
var (
	oidPBES2           = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}
	oidPBKDF2          = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}
	oidHMACSHA256      = asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 9}
	oidHMACStreebog512 = asn1.ObjectIdentifier{1, 2, 643, 7, 1, 1, 4, 2}
	oidAES256CBC       = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 42}
)

// Rounds of PBKDF2: written, and the most that is read (a foreign file must
// not keep the processor busy for minutes).
const (
	pbkdf2Rounds    = 600_000
	maxPBKDF2Rounds = 2_000_000
)

// EncryptPrivateKey returns an EncryptedPrivateKeyInfo in DER: PBES2 with
// PBKDF2-HMAC-SHA256 and AES-256-CBC, which OpenSSL opens without the engine.
func EncryptPrivateKey(rand io.Reader, k *PrivateKey, password []byte) ([]byte, error) {
	der, err := encryptPrivateKey(rand, k, password, pbkdf2Rounds)
	if err != nil {
		return nil, fmt.Errorf("encrypt private key: %w", err)
	}
	return der, nil
}

func encryptPrivateKey(rand io.Reader, k *PrivateKey, password []byte, rounds int) ([]byte, error) {
	plain, err := MarshalPrivateKey(k)
	if err != nil {
		return nil, err
	}
	salt, iv := make([]byte, 16), make([]byte, aes.BlockSize)
	for _, b := range [][]byte{salt, iv} {
		if _, err := io.ReadFull(rand, b); err != nil {
			return nil, err
		}
	}
	block, err := pbes2Cipher(sha256.New, password, salt, rounds)
	if err != nil {
		return nil, err
	}
	pad := aes.BlockSize - len(plain)%aes.BlockSize
	for range pad {
		plain = append(plain, byte(pad))
	}
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(plain, plain)
	return sequence(func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(oidPBES2)
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddASN1ObjectIdentifier(oidPBKDF2)
					b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
						b.AddASN1OctetString(salt)
						b.AddASN1Int64(int64(rounds))
						b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
							b.AddASN1ObjectIdentifier(oidHMACSHA256)
							b.AddASN1NULL()
						})
					})
				})
				b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddASN1ObjectIdentifier(oidAES256CBC)
					b.AddASN1OctetString(iv)
				})
			})
		})
		b.AddASN1OctetString(plain)
	})
}

// DecryptPrivateKey opens an EncryptedPrivateKeyInfo in DER made by
// EncryptPrivateKey or by OpenSSL with the same cipher; PBKDF2 may also run on
// HMAC-Streebog-512. A wrong password is ErrPassword.
func DecryptPrivateKey(der, password []byte) (*PrivateKey, error) {
	k, err := decryptPrivateKey(der, password)
	if err != nil {
		return nil, fmt.Errorf("encrypted private key: %w", err)
	}
	return k, nil
}

func decryptPrivateKey(der, password []byte) (*PrivateKey, error) {
	seq, err := outer(der)
	if err != nil {
		return nil, err
	}
	alg, ok := readAlgorithm(&seq)
	var encrypted []byte
	if !ok || !seq.ReadASN1Bytes(&encrypted, cbasn1.OCTET_STRING) || !seq.Empty() {
		return nil, errors.New("bad form")
	}
	if !alg.oid.Equal(oidPBES2) {
		return nil, fmt.Errorf("unknown encryption %v", alg.oid)
	}
	parameters, pbes2 := cryptobyte.String(alg.parameters), cryptobyte.String(nil)
	if !parameters.ReadASN1(&pbes2, cbasn1.SEQUENCE) {
		return nil, errors.New("bad parameters")
	}
	kdf, ok1 := readAlgorithm(&pbes2)
	enc, ok2 := readAlgorithm(&pbes2)
	if !ok1 || !ok2 || !pbes2.Empty() || !parameters.Empty() || !kdf.oid.Equal(oidPBKDF2) || !enc.oid.Equal(oidAES256CBC) {
		return nil, fmt.Errorf("unknown encryption %v with %v", enc.oid, kdf.oid)
	}
	var iv []byte
	ivs := cryptobyte.String(enc.parameters)
	if !ivs.ReadASN1Bytes(&iv, cbasn1.OCTET_STRING) || !ivs.Empty() || len(iv) != aes.BlockSize ||
		len(encrypted) == 0 || len(encrypted)%aes.BlockSize != 0 {
		return nil, errors.New("bad cipher parameters")
	}
	block, err := readPBKDF2(kdf.parameters, password)
	if err != nil {
		return nil, err
	}
	plain := make([]byte, len(encrypted))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, encrypted)
	pad := int(plain[len(plain)-1])
	if pad == 0 || pad > aes.BlockSize {
		return nil, ErrPassword
	}
	k, err := ParsePrivateKey(plain[:len(plain)-pad])
	if errors.Is(err, ErrForeignKey) {
		return nil, err
	}
	if err != nil { // noise that happened to end like padding
		return nil, ErrPassword
	}
	return k, nil
}

// readPBKDF2 makes the cipher from PBKDF2-params and the password.
func readPBKDF2(parameters, password []byte) (cipher.Block, error) {
	s, seq := cryptobyte.String(parameters), cryptobyte.String(nil)
	var salt []byte
	var rounds, length int
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) || !seq.ReadASN1Bytes(&salt, cbasn1.OCTET_STRING) || !seq.ReadASN1Integer(&rounds) {
		return nil, errors.New("bad PBKDF2 parameters")
	}
	if seq.PeekASN1Tag(cbasn1.INTEGER) && (!seq.ReadASN1Integer(&length) || length != 32) {
		return nil, errors.New("bad key length")
	}
	if rounds < 1 || rounds > maxPBKDF2Rounds {
		return nil, fmt.Errorf("%d rounds of PBKDF2", rounds)
	}
	prf, ok := readAlgorithm(&seq)
	if !ok || !seq.Empty() || !s.Empty() {
		return nil, errors.New("bad PBKDF2 hash")
	}
	switch {
	case prf.oid.Equal(oidHMACSHA256):
		return pbes2Cipher(sha256.New, password, salt, rounds)
	case prf.oid.Equal(oidHMACStreebog512):
		return pbes2Cipher(New512, password, salt, rounds)
	}
	return nil, fmt.Errorf("unknown PBKDF2 hash %v", prf.oid)
}

func pbes2Cipher(h func() hash.Hash, password, salt []byte, rounds int) (cipher.Block, error) {
	key, err := pbkdf2.Key(h, string(password), salt, rounds, 32)
	if err != nil {
		return nil, err
	}
	return aes.NewCipher(key)
}
