package ca

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/asn1"
	"errors"
	"hash"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// The password-based MAC (RFC 4210, 5.1.3.1; algorithms RFC 9481).
var (
	oidPasswordBasedMAC = asn1.ObjectIdentifier{1, 2, 840, 113533, 7, 66, 13}
	oidSHA256           = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidHMACWithSHA256   = asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 9}
)

// Hashes an authority may use. SHA-1 stands only inside an HMAC, where its
// collisions do no harm; OpenSSL's server answers so by default.
var (
	owfs = map[string]func() hash.Hash{
		oidSHA256.String():       sha256.New,
		"2.16.840.1.101.3.4.2.2": sha512.New384,
		"2.16.840.1.101.3.4.2.3": sha512.New,
		"1.3.14.3.2.26":          sha1.New,
	}
	hmacs = map[string]func() hash.Hash{
		oidHMACWithSHA256.String(): sha256.New,
		"1.2.840.113549.2.10":      sha512.New384,
		"1.2.840.113549.2.11":      sha512.New,
		"1.2.840.113549.2.7":       sha1.New,
		"1.3.6.1.5.5.8.1.2":        sha1.New,
	}
)

const (
	iterations    = 10_000  // ours; under 2 ms
	minIterations = 100     // RFC 4211, 4.4
	maxIterations = 100_000 // nobody makes us hash for minutes; OpenSSL's limit too
	saltSize      = 16
)

var errMAC = errors.New("protection algorithm is not known or not reasonable")

// addMAC writes the AlgorithmIdentifier of our own MAC with the salt.
func addMAC(b *cryptobyte.Builder, salt []byte) {
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(oidPasswordBasedMAC)
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1OctetString(salt)
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(oidSHA256) })
			b.AddASN1Int64(iterations)
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(oidHMACWithSHA256) })
		})
	})
}

// protect makes our MAC of the protected part.
func protect(secret, salt, data []byte) []byte {
	return sum(sha256.New, sha256.New, iterations, secret, salt, data)
}

// authentic checks the MAC of an answer, whose algorithm is the DER given.
func authentic(secret, algorithm, mac, data []byte) error {
	in := cryptobyte.String(algorithm)
	var seq, params, owf, inner cryptobyte.String
	var oid, owfOID, macOID asn1.ObjectIdentifier
	var salt []byte
	var n int
	if !in.ReadASN1(&seq, cbasn1.SEQUENCE) || !seq.ReadASN1ObjectIdentifier(&oid) || !oid.Equal(oidPasswordBasedMAC) ||
		!seq.ReadASN1(&params, cbasn1.SEQUENCE) || !params.ReadASN1Bytes(&salt, cbasn1.OCTET_STRING) ||
		!params.ReadASN1(&owf, cbasn1.SEQUENCE) || !owf.ReadASN1ObjectIdentifier(&owfOID) || !params.ReadASN1Integer(&n) ||
		!params.ReadASN1(&inner, cbasn1.SEQUENCE) || !inner.ReadASN1ObjectIdentifier(&macOID) {
		return errMAC
	}
	h, m := owfs[owfOID.String()], hmacs[macOID.String()]
	if h == nil || m == nil || n < minIterations || n > maxIterations || len(salt) < 8 || len(salt) > 128 {
		return errMAC
	}
	if !hmac.Equal(sum(h, m, n, secret, salt, data), mac) {
		return errors.New("protection does not verify")
	}
	return nil
}

// sum hashes secret and salt n times over and takes the result as HMAC key.
func sum(owf, mac func() hash.Hash, n int, secret, salt, data []byte) []byte {
	key := append(append([]byte{}, secret...), salt...)
	h := owf()
	for range n {
		h.Reset()
		h.Write(key)
		key = h.Sum(key[:0])
	}
	m := hmac.New(mac, key)
	m.Write(data)
	return m.Sum(nil)
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return b
}
