//go:build pkcs11

package pkcs11

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/asn1"
	"errors"
	"math/big"
	"slices"

	"github.com/miekg/pkcs11"

	"signdesk/internal/gost"
)

// Numbers of TC26's extension of PKCS#11 for 512-bit keys (the range that
// Рутокен, JaCarta and others share); 256-bit keys have the standard's.
const (
	tc26              = 0xD4321000
	ckkGOST512        = tc26 | 0x003
	ckmGOST512KeyPair = tc26 | 0x005
	ckmGOST512        = tc26 | 0x006
)

// algorithm is a kind of key pair. Digests are made here: the token's
// CKM_GOSTR3410 signs a digest as it is, while CKM_GOSTR3410_WITH_GOSTR3411
// would take the hash of 1994.
type algorithm struct {
	keyType, generate, sign uint
	parameters              []*pkcs11.Attribute // of a new public key
	public                  func(*objects, pkcs11.ObjectHandle) (crypto.PublicKey, error)
}

var (
	gost256 = gostAlgorithm(pkcs11.CKK_GOSTR3410, pkcs11.CKM_GOSTR3410_KEY_PAIR_GEN, pkcs11.CKM_GOSTR3410,
		gost.CryptoProXA, asn1.ObjectIdentifier{1, 2, 643, 7, 1, 1, 2, 2})
	gost512 = gostAlgorithm(ckkGOST512, ckmGOST512KeyPair, ckmGOST512,
		gost.TC26A512, asn1.ObjectIdentifier{1, 2, 643, 7, 1, 1, 2, 3})
	p256 = algorithm{pkcs11.CKK_EC, pkcs11.CKM_EC_KEY_PAIR_GEN, pkcs11.CKM_ECDSA,
		[]*pkcs11.Attribute{pkcs11.NewAttribute(pkcs11.CKA_EC_PARAMS, oid(asn1.ObjectIdentifier{1, 2, 840, 10045, 3, 1, 7}))}, readP256}
	algorithms = []algorithm{gost256, gost512, p256}
)

func gostAlgorithm(keyType, generate, sign uint, c *gost.Curve, digest asn1.ObjectIdentifier) algorithm {
	return algorithm{keyType, generate, sign, []*pkcs11.Attribute{
		pkcs11.NewAttribute(pkcs11.CKA_GOSTR3410_PARAMS, oid(c.OID)),
		pkcs11.NewAttribute(pkcs11.CKA_GOSTR3411_PARAMS, oid(digest)),
	}, readGOST}
}

func oid(o asn1.ObjectIdentifier) []byte {
	der, err := asn1.Marshal(o)
	if err != nil {
		panic(err) // constants of this file
	}
	return der
}

var errNoKey = errors.New("the token's public key cannot be read")

// readGOST reads CKA_VALUE: the point as x||y, each little-endian; some
// modules put it into an OCTET STRING as in the certificate.
func readGOST(o *objects, h pkcs11.ObjectHandle) (crypto.PublicKey, error) {
	v, err := o.read(h, pkcs11.CKA_GOSTR3410_PARAMS, pkcs11.CKA_VALUE)
	if err != nil {
		return nil, err
	}
	return parseGOST(v[0], v[1])
}

func parseGOST(parameters, value []byte) (*gost.PublicKey, error) {
	var id asn1.ObjectIdentifier
	if rest, err := asn1.Unmarshal(parameters, &id); err != nil || len(rest) > 0 {
		return nil, errNoKey
	}
	curve, err := gost.CurveByOID(id)
	if err != nil {
		return nil, err
	}
	size := curve.Bits / 8
	value = unwrap(value, 2*size)
	if len(value) != 2*size {
		return nil, errNoKey
	}
	x, y := slices.Clone(value[:size]), slices.Clone(value[size:])
	slices.Reverse(x)
	slices.Reverse(y)
	return gost.NewPublicKey(curve, new(big.Int).SetBytes(x), new(big.Int).SetBytes(y))
}

// readP256 reads CKA_EC_POINT: the uncompressed point inside an OCTET STRING.
func readP256(o *objects, h pkcs11.ObjectHandle) (crypto.PublicKey, error) {
	v, err := o.read(h, pkcs11.CKA_EC_PARAMS, pkcs11.CKA_EC_POINT)
	if err != nil {
		return nil, err
	}
	var curve asn1.ObjectIdentifier
	if rest, err := asn1.Unmarshal(v[0], &curve); err != nil || len(rest) > 0 || !curve.Equal(asn1.ObjectIdentifier{1, 2, 840, 10045, 3, 1, 7}) {
		return nil, errNoKey
	}
	return ecdsa.ParseUncompressedPublicKey(elliptic.P256(), unwrap(v[1], 65))
}

// unwrap takes the OCTET STRING off a value that is not already bare.
func unwrap(b []byte, bare int) []byte {
	var inner []byte
	if len(b) == bare {
		return b
	}
	if rest, err := asn1.Unmarshal(b, &inner); err != nil || len(rest) > 0 {
		return nil
	}
	return inner
}
