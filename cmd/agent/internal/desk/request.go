package desk

import (
	"bytes"
	"crypto/rand"
	"crypto/x509/pkix"
	"errors"
	"fmt"

	"signdesk/cmd/agent/internal/envelope"
	"signdesk/cmd/agent/internal/token"
	"signdesk/internal/gost"
)

// makeRequest makes a key pair and its request, and reads the request back as
// the CA will: signature, key, subject and extensions must be what was asked.
// A pair whose request failed does not stay on the token.
func makeRequest(session token.Session, want *envelope.Request) (csr, spki []byte, err error) {
	box, err := session.GenerateKey()
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, session.Delete(box.ID))
		}
	}()
	key, err := session.Signer(box.ID)
	if err != nil {
		return nil, nil, err
	}
	template := new(gost.RequestTemplate)
	if template.Subject, err = subject(want); err != nil {
		return nil, nil, err
	}
	for _, e := range want.Extensions {
		oid, err := envelope.ParseOID(e.OID)
		if err != nil {
			return nil, nil, err
		}
		template.Extensions = append(template.Extensions, pkix.Extension{Id: oid, Critical: e.Critical, Value: e.Value})
	}
	if csr, err = gost.CreateRequest(rand.Reader, template, key); err != nil {
		return nil, nil, err
	}
	if err := verifyRequest(csr, template, box.PublicKey); err != nil {
		return nil, nil, fmt.Errorf("made request does not verify: %w", err)
	}
	spki, err = gost.MarshalPublicKey(box.PublicKey)
	return csr, spki, err
}

func verifyRequest(csr []byte, want *gost.RequestTemplate, pub *gost.PublicKey) error {
	got, err := gost.ParseRequest(csr)
	if err != nil {
		return err
	}
	if err := got.CheckSignature(); err != nil {
		return err
	}
	name, err := want.Subject.Marshal()
	if err != nil {
		return err
	}
	switch {
	case !got.PublicKey.Equal(pub):
		return errors.New("another key")
	case !bytes.Equal(got.RawSubject, name):
		return errors.New("another subject")
	case len(got.Extensions) != len(want.Extensions):
		return errors.New("other extensions")
	}
	for i, e := range got.Extensions {
		w := want.Extensions[i]
		if !e.Id.Equal(w.Id) || e.Critical != w.Critical || !bytes.Equal(e.Value, w.Value) {
			return fmt.Errorf("another extension %s", w.Id)
		}
	}
	return nil
}

func subject(r *envelope.Request) (gost.Name, error) {
	var name gost.Name
	for _, a := range r.Subject {
		oid, err := envelope.ParseOID(a.OID)
		if err != nil {
			return nil, err
		}
		name = append(name, gost.Attribute{Type: oid, Value: a.Value})
	}
	return name, nil
}
