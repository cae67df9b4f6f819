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

// Algorithms of the password-based MAC (RFC 4210, 5.1.3.1; RFC 9481).
var (
	oidPasswordBasedMAC = asn1.ObjectIdentifier{1, 2, 840, 113533, 7, 66, 13}
	oidSHA1             = asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}
	oidSHA256           = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidSHA512           = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}
	oidHMACSHA1         = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 8, 1, 2}
	oidHMACWithSHA1     = asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 7}
	oidHMACWithSHA256   = asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 9}
	oidHMACWithSHA512   = asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 11}
)

// The parameters of a MAC: nobody may make us hash for minutes.
const maxIterations = 100_000

type pbm struct {
	salt       []byte
	owf        asn1.ObjectIdentifier
	iterations int
	mac        asn1.ObjectIdentifier
}

var errMAC = errors.New("unknown or unreasonable protection algorithm")

func parsePBM(algorithm []byte) (*pbm, error) {
	in := cryptobyte.String(algorithm)
	var alg, params, owf, mac cryptobyte.String
	var oid asn1.ObjectIdentifier
	p := &pbm{}
	if !in.ReadASN1(&alg, cbasn1.SEQUENCE) || !alg.ReadASN1ObjectIdentifier(&oid) || !oid.Equal(oidPasswordBasedMAC) ||
		!alg.ReadASN1(&params, cbasn1.SEQUENCE) || !params.ReadASN1Bytes(&p.salt, cbasn1.OCTET_STRING) ||
		!params.ReadASN1(&owf, cbasn1.SEQUENCE) || !owf.ReadASN1ObjectIdentifier(&p.owf) ||
		!params.ReadASN1Integer(&p.iterations) ||
		!params.ReadASN1(&mac, cbasn1.SEQUENCE) || !mac.ReadASN1ObjectIdentifier(&p.mac) {
		return nil, errMAC
	}
	if len(p.salt) < 8 || len(p.salt) > 128 || p.iterations < 100 || p.iterations > maxIterations ||
		p.hash() == nil || p.macHash() == nil {
		return nil, errMAC
	}
	return p, nil
}

func (p *pbm) hash() func() hash.Hash {
	switch {
	case p.owf.Equal(oidSHA1):
		return sha1.New
	case p.owf.Equal(oidSHA256):
		return sha256.New
	case p.owf.Equal(oidSHA512):
		return sha512.New
	}
	return nil
}

func (p *pbm) macHash() func() hash.Hash {
	switch {
	case p.mac.Equal(oidHMACSHA1), p.mac.Equal(oidHMACWithSHA1):
		return sha1.New
	case p.mac.Equal(oidHMACWithSHA256):
		return sha256.New
	case p.mac.Equal(oidHMACWithSHA512):
		return sha512.New
	}
	return nil
}

// sum makes the MAC: the key is the hash of secret and salt, hashed over.
func (p *pbm) sum(secret, data []byte) []byte {
	newHash := p.hash()
	key := append(append([]byte{}, secret...), p.salt...)
	for range p.iterations {
		h := newHash()
		h.Write(key)
		key = h.Sum(nil)
	}
	m := hmac.New(p.macHash(), key)
	m.Write(data)
	return m.Sum(nil)
}

// authentic checks the protection of a message with the shared secret.
func (m *message) authentic(secret []byte) (*pbm, error) {
	p, err := parsePBM(m.algorithm)
	if err != nil {
		return nil, err
	}
	data, err := protected(m.header, m.body)
	if err != nil {
		return nil, err
	}
	if !hmac.Equal(p.sum(secret, data), m.protection) {
		return nil, errors.New("protection does not verify")
	}
	return p, nil
}

// reply is the same algorithm under a fresh salt.
func (p *pbm) reply() (*pbm, error) {
	r := *p
	r.salt = make([]byte, 16)
	_, err := rand.Read(r.salt)
	return &r, err
}

func (p *pbm) add(b *cryptobyte.Builder) {
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(oidPasswordBasedMAC)
		b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1OctetString(p.salt)
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(p.owf) })
			b.AddASN1Int64(int64(p.iterations))
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(p.mac) })
		})
	})
}
