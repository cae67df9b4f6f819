package gost_test

import (
	"slices"

	"signdesk/internal/gost"
)

// messages: {type, [0] {{version, {digests}, {type, [0] content}, [0] certificates, {signers}}}};
// a signer: {version, {issuer, serial}, digest, [0] attributes, algorithm, signature}.
func (m *spoiler) messages() {
	const kind = "message"
	t := m.t
	content := []byte("Акт № 5")
	plain := must(gost.SignCMS(nil, content, m.leaf, m.key, gost.SignOptions{}))(t)
	good := must(gost.SignCMS(nil, content, m.leaf, m.key, gost.SignOptions{SigningTime: noon}))(t)
	m.sound(kind, plain)
	m.syntax(kind, good)
	inner := func(path ...int) []int { return append([]int{1, 0}, path...) }
	signer := func(path ...int) []int { return append([]int{1, 0, 4, 0}, path...) }
	replace := func(id, what string, path []int, by ...[]byte) { m.add(kind, id, what, put(t, good, path, by...)) }

	replace("type-data", "not signed data", []int{0}, oid(t, 1, 2, 840, 113549, 1, 7, 1))
	replace("version-0", "version 0", inner(0), []byte{2, 1, 0})
	replace("version-huge", "a version beyond any number", inner(0), tlv(2, slices.Repeat([]byte{0x7f}, 20)))
	replace("digests-empty", "no digest announced", inner(1), tlv(0x31))
	replace("digests-other", "another digest announced", inner(1), tlv(0x31, tlv(0x30, oid(t, 2, 16, 840, 1, 101, 3, 4, 2, 1))))
	replace("digests-garbage", "a number among the digests", inner(1), tlv(0x31, []byte{2, 1, 1}))
	replace("content-other", "another content", inner(2, 1, 0), tlv(4, []byte("Акт № 6")))
	replace("content-empty", "an empty content", inner(2, 1, 0), tlv(4))
	replace("content-none", "no content, and none is given", inner(2, 1))
	replace("content-type", "content of another type than the attribute says", inner(2, 0), oid(t, 1, 2, 840, 113549, 1, 7, 5))
	replace("content-number", "a number for the content", inner(2, 1, 0), []byte{2, 1, 1})
	replace("certificates-none", "no certificates", inner(3))
	replace("certificates-other", "the root's certificate alone", inner(3), tlv(0xa0, m.root.Raw))
	replace("certificates-garbage", "a number among the certificates", inner(3), tlv(0xa0, []byte{2, 1, 1}))
	replace("signers-none", "no signers", inner(4), tlv(0x31))
	replace("signer-version-3", "version 3 of a signer named by issuer and number", signer(0), []byte{2, 1, 3})
	replace("signer-version-0", "version 0 of a signer", signer(0), []byte{2, 1, 0})
	replace("signer-serial", "the serial number of another", signer(1, 1), []byte{2, 1, 9})
	replace("signer-serial-negative", "a negative serial number", signer(1, 1), []byte{2, 1, 0xff})
	replace("signer-issuer", "the name of another issuer", signer(1, 0), m.leaf.RawSubject)
	replace("signer-digest-512", "the digest of 512 bits", signer(2), tlv(0x30, oid(t, 1, 2, 643, 7, 1, 1, 2, 3)))
	replace("signer-digest-94", "the digest GOST R 34.11-94", signer(2), tlv(0x30, oid(t, 1, 2, 643, 2, 2, 9)))
	replace("signer-algorithm-512", "the algorithm of 512 bits by a key of 256", signer(4), tlv(0x30, oid(t, 1, 2, 643, 7, 1, 1, 3, 3)))
	replace("signer-algorithm-rsa", "the algorithm of RSA", signer(4), tlv(0x30, oid(t, 1, 2, 840, 113549, 1, 1, 1)))
	replace("signer-algorithm-parameters", "parameters of the signature algorithm", signer(4), tlv(0x30, oid(t, 1, 2, 643, 7, 1, 1, 3, 2), tlv(0x30)))
	replace("signer-trailing", "a NULL at the end of a signer", signer(5), at(t, good, signer(5)...), []byte{5, 0})
	sig := body(t, at(t, good, signer(5)...))
	zero := make([]byte, 32)
	replace("r-zero", "r is 0", signer(5), tlv(4, sig[:32], zero))
	replace("s-zero", "s is 0", signer(5), tlv(4, zero, sig[32:]))
	replace("exchanged", "r||s", signer(5), tlv(4, sig[32:], sig[:32]))
	replace("signature-short", "a byte less", signer(5), tlv(4, sig[:63]))
	replace("signature-long", "a byte more", signer(5), tlv(4, sig, []byte{0}))
	replace("signature-bits", "a BIT STRING for the signature", signer(5), tlv(3, []byte{0}, sig))
	replace("signature-pieces", "the signature in pieces", signer(5), inPieces(t, tlv(4, sig)))
	replace("attributes-removed", "the signed attributes removed", signer(3))
	replace("attributes-empty", "no signed attributes in the list", signer(3), tlv(0xa0))
	m.add(kind, "as-content", "the signed attributes for content and none of them signed (RFC 5652 without attributes)",
		put(t, put(t, good, signer(3)), inner(2, 1, 0), tlv(4, tlv(0x31, body(t, at(t, good, signer(3)...))))))

	// Attributes are signed anew, so that only what is named is wrong.
	_, attributes := children(t, at(t, good, signer(3)...))
	resigned := func(id, what string, attributes ...[]byte) {
		set := tlv(0x31, attributes...)
		sig := must(m.key.Sign(nil, streebog(&m.key.PublicKey, set), nil))(t)
		m.add(kind, id, what, put(t, put(t, good, signer(3), tlv(0xa0, attributes...)), signer(5), tlv(4, sig)))
	}
	without := func(n ...int) (left [][]byte) {
		for _, a := range attributes {
			for _, last := range n {
				if at(t, a, 0)[10] == byte(last) && len(at(t, a, 0)) == 11 {
					a = nil
					break
				}
			}
			if a != nil {
				left = append(left, a)
			}
		}
		return left
	}
	attribute := func(last int, values ...[]byte) []byte {
		return tlv(0x30, oid(t, 1, 2, 840, 113549, 1, 9, last), tlv(0x31, values...))
	}
	digest := streebog(&m.key.PublicKey, content)
	resigned("attribute-no-type", "no content type among the attributes", without(3)...)
	resigned("attribute-no-digest", "no message digest among the attributes", without(4)...)
	resigned("attribute-digest-twice", "the message digest twice", append(without(4), attribute(4, tlv(4, digest)), attribute(4, tlv(4, digest)))...)
	resigned("attribute-digest-values", "two values of the message digest", append(without(4), attribute(4, tlv(4, digest), tlv(4, digest)))...)
	resigned("attribute-digest-none", "no value of the message digest", append(without(4), attribute(4))...)
	resigned("attribute-digest-short", "half of the message digest", append(without(4), attribute(4, tlv(4, digest[:16])))...)
	resigned("attribute-digest-other", "the digest of another content", append(without(4), attribute(4, tlv(4, streebog(&m.key.PublicKey, nil))))...)
	resigned("attribute-digest-bits", "a BIT STRING for the message digest", append(without(4), attribute(4, tlv(3, []byte{0}, digest)))...)
	resigned("attribute-type-other", "another content type", append(without(3), attribute(3, oid(t, 1, 2, 840, 113549, 1, 7, 5)))...)
	resigned("attribute-time-bad", "the thirteenth month", append(without(5), attribute(5, tlv(0x17, []byte("261301000000Z"))))...)
	resigned("attribute-time-values", "two signing times", append(without(5), attribute(5, slices.Repeat(tlv(0x17, []byte("261101000000Z")), 2)))...)
	certificate := tlv(0x30, tlv(0x30, tlv(0x30, tlv(0x30, oid(t, 1, 2, 643, 7, 1, 1, 2, 2)), tlv(4, streebog(&m.key.PublicKey, m.root.Raw)))))
	var rest [][]byte
	for _, a := range attributes {
		if len(at(t, a, 0)) == 11 {
			rest = append(rest, a)
		}
	}
	named := tlv(0x30, oid(t, 1, 2, 840, 113549, 1, 9, 16, 2, 47), tlv(0x31, certificate))
	resigned("attribute-certificate-other", "the hash of another certificate", append(slices.Clone(rest), named)...)
	slices.Reverse(rest)
	resigned("attributes-unsorted", "attributes out of order", rest...)
}

// tolerated are spoiled objects that are accepted, and why.
var tolerated = map[string]string{
	"certificate-serial-zero":         "RFC 5280, 4.1.2.2 asks users to bear it",
	"certificate-serial-long":         "RFC 5280, 4.1.2.2 asks users to bear it",
	"certificate-subject-empty":       "RFC 5280, 4.1.2.6 allows it; the qualified profile is checked elsewhere",
	"certificate-name-long":           "real names exceed the bounds of X.520, the size of the object bounds them",
	"certificate-dates-general-early": "one reading only",
	"certificate-dates-year-0":        "one reading only",
	"certificate-dates-9999":          "RFC 5280, 4.1.2.5 means no known end by it",
	"certificate-dates-1950":          "what RFC 5280, 4.1.2.5.1 says",
	"certificate-critical-false":      "one reading only",
	"certificate-extensions-none":     "one reading only",
	"request-subject-empty":           "RFC 2986 allows it",
	"crl-entry-twice":                 "revoked is revoked",
	"crl-reason-7":                    "revoked is revoked",
	"crl-reason-99":                   "revoked is revoked",
	"crl-reason-negative":             "revoked is revoked",
	"crl-list-empty":                  "one reading only",
	"message-indefinite":              "messages are BER",
	"message-long-length":             "messages are BER",
	"message-signature-pieces":        "messages are BER",
	"message-attributes-unsorted":     "what is signed is what was sent",
}
