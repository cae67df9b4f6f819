package gost

import "crypto/sha512"

// nonces is the generator of RFC 6979, section 3.2. Its HMAC is over SHA-512:
// nobody but the signer ever computes a nonce, and a Streebog that looks bytes
// of the key up in tables would show them to whoever shares the processor's
// cache.
type nonces struct {
	g    *group
	k, v [sha512.Size]byte
}

// newNonces starts the generator from the secret number, the digest's number
// and the random bytes (the k' of section 3.6), at most 64.
func newNonces(g *group, d, e *elem, extra []byte) *nonces {
	var seed [3 * 64]byte
	size := g.bits / 8
	d.putBigEndian(seed[:size])
	e.putBigEndian(seed[size : 2*size])
	n := 2*size + copy(seed[2*size:], extra)
	s := &nonces{g: g}
	for i := range s.v {
		s.v[i] = 1
	}
	for step := range byte(2) {
		s.stir(step, seed[:n])
	}
	return s
}

// stir makes K = HMAC(V || step || seed) and V = HMAC(V).
func (s *nonces) stir(step byte, seed []byte) {
	var text [sha512.Size + 1 + 3*64]byte
	n := copy(text[:], s.v[:])
	text[n] = step
	n += 1 + copy(text[n+1:], seed)
	s.k = s.mac(text[:n])
	s.v = s.mac(s.v[:])
}

// next returns a number in [1, q-1].
func (s *nonces) next() elem {
	for {
		s.v = s.mac(s.v[:])
		k, ok := s.g.scalar(s.v[:s.g.bits/8])
		if ok {
			return k
		}
		s.stir(0, nil)
	}
}

// mac is HMAC (RFC 2104) with the key K, written out because crypto/hmac would
// allocate a pair of hashes for each of the five calls of a signature.
func (s *nonces) mac(text []byte) [sha512.Size]byte {
	var inner [sha512.BlockSize + 2*sha512.Size + 3*64]byte
	var outer [sha512.BlockSize + sha512.Size]byte
	for i := range sha512.BlockSize {
		inner[i], outer[i] = 0x36, 0x5c
	}
	for i, b := range s.k {
		inner[i] ^= b
		outer[i] ^= b
	}
	n := sha512.BlockSize + copy(inner[sha512.BlockSize:], text)
	sum := sha512.Sum512(inner[:n])
	copy(outer[sha512.BlockSize:], sum[:])
	return sha512.Sum512(outer[:])
}
