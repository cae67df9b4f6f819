package gost

import (
	"errors"
	"fmt"
	"io"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// AddSignature signs a message that others have signed before, over the same
// content: the message's own when content is nil. What the others wrote keeps
// its bytes; Detached of the options says nothing here. Refused when a signature
// of theirs is bad, as it is over another content.
func AddSignature(rand io.Reader, message, content []byte, by Signatory, o SignOptions) ([]byte, error) {
	der, err := addSignature(rand, message, content, by, o)
	if err != nil {
		return nil, fmt.Errorf("add signature: %w", err)
	}
	return der, nil
}

func addSignature(rand io.Reader, message, content []byte, by Signatory, o SignOptions) ([]byte, error) {
	s, err := ParseCMS(message)
	if err != nil {
		return nil, err
	}
	results, err := s.Verify(content)
	if err != nil {
		return nil, err
	}
	for _, r := range results {
		if errors.Is(r.Err, ErrSignature) {
			return nil, r.Err
		}
	}
	if content == nil {
		content = s.Content
	}
	if o.SigningTime.IsZero() && !s.ContentType.Equal(oidData) {
		return nil, fmt.Errorf("%w: content %v needs them", ErrAttributes, s.ContentType)
	}
	m, err := splitMessage(message)
	if err != nil {
		return nil, err
	}
	if len(m.signers) == maxSigners {
		return nil, errors.New("too many signers")
	}
	if err := m.sign(rand, content, s.ContentType, by, o); err != nil {
		return nil, err
	}
	return m.marshal()
}

// splitMessage cuts a message into whole elements.
func splitMessage(b []byte) (m messageParts, err error) {
	f, err := readFrame(b)
	if err != nil {
		return m, err
	}
	m.version, m.content = f.version, f.content
	if f.hasRevocation {
		m.revocation = appendElement(byte(context1), f.revocation)
	}
	for _, set := range []struct {
		from cryptobyte.String
		to   *[][]byte
	}{{f.digests, &m.digests}, {f.certificates, &m.certificates}, {f.signers, &m.signers}} {
		for !set.from.Empty() {
			var element cryptobyte.String
			if !set.from.ReadAnyASN1Element(&element, new(cbasn1.Tag)) {
				return m, errors.New("bad set")
			}
			*set.to = append(*set.to, element)
		}
	}
	return m, nil
}
