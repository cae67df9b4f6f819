//go:build pkcs11

package pkcs11

import (
	"bytes"
	"crypto"
	"encoding/binary"
	"encoding/hex"
	"slices"

	"github.com/miekg/pkcs11"

	"signdesk/cmd/agent/internal/token"
	"signdesk/internal/gost"
)

// objects are what a session sees on a token.
type objects struct {
	slot
	h pkcs11.SessionHandle
}

// pair is a key pair; its certificates carry the same CKA_ID.
type pair struct {
	id           []byte
	public       crypto.PublicKey // *gost.PublicKey or *ecdsa.PublicKey
	certificates [][]byte         // DER
}

const maxObjects = 256 // of one kind on a token

// find lists the objects that fit the template.
func (o *objects) find(template ...*pkcs11.Attribute) ([]pkcs11.ObjectHandle, error) {
	if err := o.ctx.FindObjectsInit(o.h, template); err != nil {
		return nil, err
	}
	var all []pkcs11.ObjectHandle
	for len(all) < maxObjects {
		part, _, err := o.ctx.FindObjects(o.h, 32)
		if err != nil {
			_ = o.ctx.FindObjectsFinal(o.h)
			return nil, err
		}
		if len(part) == 0 {
			break
		}
		all = append(all, part...)
	}
	return all, o.ctx.FindObjectsFinal(o.h)
}

// read gets attributes of an object, in the order asked for.
func (o *objects) read(object pkcs11.ObjectHandle, kinds ...uint) ([][]byte, error) {
	template := make([]*pkcs11.Attribute, len(kinds))
	for i, k := range kinds {
		template[i] = pkcs11.NewAttribute(k, nil)
	}
	got, err := o.ctx.GetAttributeValue(o.h, object, template)
	if err != nil {
		return nil, err
	}
	values := make([][]byte, len(got))
	for i, a := range got {
		values[i] = a.Value
	}
	return values, nil
}

func class(c uint) *pkcs11.Attribute { return pkcs11.NewAttribute(pkcs11.CKA_CLASS, c) }

func withID(id []byte) *pkcs11.Attribute { return pkcs11.NewAttribute(pkcs11.CKA_ID, id) }

// number reads a CK_ULONG.
func number(b []byte) uint {
	switch len(b) {
	case 8:
		return uint(binary.NativeEndian.Uint64(b))
	case 4:
		return uint(binary.NativeEndian.Uint32(b))
	}
	return 0
}

// pairs lists the key pairs of the algorithms known here. Keys without an id
// or of other algorithms belong to other programs and are left out.
func (o *objects) pairs() ([]pair, error) {
	handles, err := o.find(class(pkcs11.CKO_PUBLIC_KEY))
	if err != nil {
		return nil, err
	}
	var all []pair
	for _, h := range handles {
		v, err := o.read(h, pkcs11.CKA_KEY_TYPE, pkcs11.CKA_ID)
		if err != nil {
			return nil, err
		}
		if len(v[1]) == 0 {
			continue
		}
		for _, a := range algorithms {
			if number(v[0]) != a.keyType {
				continue
			}
			if public, err := a.public(o, h); err == nil {
				all = append(all, pair{id: v[1], public: public})
			}
		}
	}
	certificates, err := o.certificates()
	for i := range all {
		all[i].certificates = certificates[string(all[i].id)]
	}
	return all, err
}

// certificates lists X.509 certificates by their CKA_ID.
func (o *objects) certificates() (map[string][][]byte, error) {
	handles, err := o.find(class(pkcs11.CKO_CERTIFICATE), pkcs11.NewAttribute(pkcs11.CKA_CERTIFICATE_TYPE, pkcs11.CKC_X_509))
	if err != nil {
		return nil, err
	}
	all := map[string][][]byte{}
	for _, h := range handles {
		v, err := o.read(h, pkcs11.CKA_ID, pkcs11.CKA_VALUE)
		if err != nil {
			return nil, err
		}
		all[string(v[0])] = append(all[string(v[0])], v[1])
	}
	return all, nil
}

// gostContainers are the pairs that the desk works with. The certificate
// that began last is in use; a certificate of another key that was put under
// the pair's id is not the pair's.
func (o *objects) gostContainers() ([]token.Container, error) {
	all, err := o.pairs()
	if err != nil {
		return nil, err
	}
	var list []token.Container
	for _, p := range all {
		public, ok := p.public.(*gost.PublicKey)
		if !ok {
			continue
		}
		c := token.Container{ID: hex.EncodeToString(p.id), PublicKey: public}
		for _, der := range p.certificates {
			if cert, err := gost.ParseCertificate(der); err == nil && public.Equal(cert.PublicKey) {
				c.Certificates = append(c.Certificates, cert)
			}
		}
		slices.SortStableFunc(c.Certificates, func(a, b *gost.Certificate) int {
			if d := a.NotBefore.Compare(b.NotBefore); d != 0 {
				return d
			}
			return bytes.Compare(a.Raw, b.Raw)
		})
		list = append(list, c)
	}
	return list, nil
}
