// Package vault seals personal data that lie in the database: what was asked of
// state bodies, what they answered, the messages as they went over the wire.
//
// The seal is AES-256-GCM. Its key is derived (HKDF, RFC 5869) from the
// installation's sealing key and named by a short id that is stored beside each
// sealed value, so a key can be replaced: new values take the new one, old ones
// open with the former until a job has sealed them anew. The place of a value,
// its table and row, is bound into the seal: a value copied into another row
// does not open there.
package vault

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
)

// ErrNoKey says that the key a value was sealed with is not there.
var ErrNoKey = errors.New("vault: no such key")

// Ring is the keys of an installation: one that seals, and former ones.
type Ring struct {
	current string
	keys    map[string]cipher.AEAD
}

// New makes a ring of keys in hexadecimal, 64 digits each.
func New(current string, former ...string) (*Ring, error) {
	r := &Ring{keys: map[string]cipher.AEAD{}}
	for i, text := range append([]string{current}, former...) {
		secret, err := hex.DecodeString(text)
		if err != nil || len(secret) != 32 {
			return nil, errors.New("vault: a key is 64 hexadecimal digits")
		}
		key, err := hkdf.Key(sha256.New, secret, nil, "data at rest", 32)
		if err != nil {
			return nil, err
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, err
		}
		aead, err := cipher.NewGCM(block)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(key)
		id := hex.EncodeToString(sum[:4])
		r.keys[id] = aead
		if i == 0 {
			r.current = id
		}
	}
	return r, nil
}

// Current is the id of the key that seals.
func (r *Ring) Current() string {
	if r == nil {
		return ""
	}
	return r.current
}

// Seal encrypts a value for its place, e.g. "exchange_wire:7".
func (r *Ring) Seal(place string, plain []byte) (sealed []byte, key string, err error) {
	if r == nil {
		return nil, "", ErrNoKey
	}
	aead := r.keys[r.current]
	nonce := make([]byte, aead.NonceSize(), aead.NonceSize()+len(plain)+aead.Overhead())
	rand.Read(nonce) // never fails
	return aead.Seal(nonce, nonce, plain, []byte(place)), r.current, nil
}

// Open decrypts what Seal made for the place; another place, or changed bytes,
// are an error.
func (r *Ring) Open(place, key string, sealed []byte) ([]byte, error) {
	if r == nil || r.keys[key] == nil {
		return nil, fmt.Errorf("%w: %q for %s", ErrNoKey, key, place)
	}
	aead := r.keys[key]
	n := aead.NonceSize()
	if len(sealed) < n {
		return nil, fmt.Errorf("vault: %s is too short", place)
	}
	plain, err := aead.Open(nil, sealed[:n], sealed[n:], []byte(place))
	if err != nil {
		return nil, fmt.Errorf("vault: open %s: %w", place, err)
	}
	return plain, nil
}

type ringKey struct{}

// With gives the ring to what ctx reaches: every transaction of a database
// that was opened with it.
func With(ctx context.Context, r *Ring) context.Context { return context.WithValue(ctx, ringKey{}, r) }

// Of is the ring of ctx; a nil one opens and seals nothing.
func Of(ctx context.Context) *Ring {
	r, _ := ctx.Value(ringKey{}).(*Ring)
	return r
}
