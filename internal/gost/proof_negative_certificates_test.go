package gost_test

import (
	"bytes"
	"math/big"
	"slices"
	"strings"

	"signdesk/internal/gost"
)

// seal signs the body by the root's key, in the frame of the template.
func (m *spoiler) seal(frame, tbs []byte, key *gost.PrivateKey) []byte {
	sig := must(key.Sign(nil, streebog(&key.PublicKey, tbs), nil))(m.t)
	return tlv(0x30, tbs, at(m.t, frame, 1), tlv(0x03, []byte{0}, sig))
}

// signatures adds what may be wrong with the signature of a frame, which is
// good as it comes; wrap makes the object of the frame.
func (m *spoiler) signatures(kind string, good []byte, key *gost.PrivateKey, wrap func([]byte) []byte) {
	t, c := m.t, key.Curve
	sig := body(t, at(t, good, 2))[1:]
	size := len(sig) / 2
	s, r := sig[:size], sig[size:]
	with := func(parts ...[]byte) []byte {
		return wrap(put(t, good, []int{2}, tlv(0x03, append([][]byte{{0}}, parts...)...)))
	}
	zero, q := make([]byte, size), c.Q.FillBytes(make([]byte, size))
	plus := func(n []byte) []byte {
		return new(big.Int).Add(new(big.Int).SetBytes(n), c.Q).FillBytes(make([]byte, size))
	}
	m.add(kind, "r-zero", "r is 0", with(s, zero))
	m.add(kind, "s-zero", "s is 0", with(zero, r))
	m.add(kind, "zeros", "r and s are 0", with(zero, zero))
	m.add(kind, "r-q", "r is q", with(s, q))
	m.add(kind, "s-q", "s is q", with(q, r))
	m.add(kind, "r-plus-q", "r is q more", with(s, plus(r)))
	m.add(kind, "s-plus-q", "s is q more", with(plus(s), r))
	m.add(kind, "exchanged", "r||s", with(r, s))
	m.add(kind, "reversed", "little-endian halves", with(backwards(s), backwards(r)))
	m.add(kind, "signature-short", "a byte less", with(sig[:len(sig)-1]))
	m.add(kind, "signature-long", "a byte more", with(sig, []byte{0}))
	m.add(kind, "signature-padded", "both halves a zero byte longer", with([]byte{0}, s, []byte{0}, r))
	m.add(kind, "signature-empty", "no signature", with())
	m.add(kind, "signature-octets", "an OCTET STRING", wrap(put(t, good, []int{2}, tlv(0x04, sig))))
	m.add(kind, "signature-unused-bits", "one unused bit", wrap(put(t, good, []int{2}, tlv(0x03, []byte{1}, sig))))
	m.add(kind, "signature-pieces", "the BIT STRING in pieces", wrap(put(t, good, []int{2}, tlv(0x23, at(t, good, 2)))))
	m.add(kind, "other-key", "signed by another key", wrap(m.seal(good, at(t, good, 0), must(gost.GenerateKey(m.rand, c))(t))))
}

func itself(der []byte) []byte { return der }

// certificates: {{[0] version, serial, algorithm, issuer, validity, subject,
// key, [3] {extensions}}, algorithm, signature}.
func (m *spoiler) certificates() {
	const kind = "certificate"
	t, good := m.t, m.leaf.Raw
	m.syntax(kind, good)
	m.signatures(kind, good, m.rootKey, itself)
	tbs := m.leaf.RawTBS
	signed := func(id, what string, tbs []byte) { m.add(kind, id, what, m.seal(good, tbs, m.rootKey)) }
	replace := func(id, what string, path []int, by ...[]byte) { signed(id, what, put(t, tbs, path, by...)) }

	replace("version-4", "version 4", []int{0, 0}, []byte{2, 1, 3})
	replace("version-negative", "version -1", []int{0, 0}, []byte{2, 1, 0xff})
	replace("version-1", "version 1 with extensions", []int{0})
	replace("serial-negative", "a negative serial number", []int{1}, []byte{2, 1, 0x80})
	replace("serial-zero", "serial number 0", []int{1}, []byte{2, 1, 0})
	replace("serial-padded", "a superfluous zero byte in the serial number", []int{1}, []byte{2, 2, 0, 1})
	replace("serial-long", "a serial number of a hundred bytes", []int{1}, tlv(2, slices.Repeat([]byte{0x11}, 100)))
	replace("serial-empty", "a serial number of no bytes", []int{1}, []byte{2, 0})

	algorithm := func(dotted ...int) []byte { return tlv(0x30, oid(t, dotted...)) }
	other := algorithm(1, 2, 643, 7, 1, 1, 3, 3)
	replace("algorithms-differ", "another algorithm inside than outside", []int{2}, other)
	both := func(id, what string, alg []byte) {
		m.add(kind, id, what, put(t, m.seal(good, put(t, tbs, []int{2}, alg), m.rootKey), []int{1}, alg))
	}
	both("algorithm-512", "the algorithm of 512 bits by a key of 256", other)
	both("algorithm-2001", "the algorithm of GOST R 34.10-2001", algorithm(1, 2, 643, 2, 2, 3))
	both("algorithm-key", "the identifier of the key for the signature's", algorithm(1, 2, 643, 7, 1, 1, 1, 1))
	both("algorithm-rsa", "the algorithm of RSA", append(algorithm(1, 2, 840, 113549, 1, 1, 11), 5, 0)[:15])
	both("algorithm-parameters", "parameters of the signature algorithm", tlv(0x30, oid(t, 1, 2, 643, 7, 1, 1, 3, 2), tlv(0x30)))

	replace("issuer-empty", "an empty issuer", []int{3}, tlv(0x30))
	replace("issuer-other", "the name of another issuer", []int{3}, m.leaf.RawSubject)
	replace("subject-empty", "an empty subject", []int{5}, tlv(0x30))
	value := []int{5, 0, 0, 1}
	replace("name-not-utf8", "a name that is not UTF-8", value, tlv(0x0c, []byte{0xff}))
	replace("name-integer", "a number for a name", value, []byte{2, 1, 1})
	replace("name-pieces", "a name in pieces", value, inPieces(t, tlv(0x0c, []byte("abcd"))))
	replace("name-deep", "a hundred sequences for a name", value, nested(100))
	replace("name-empty-set", "a set without attributes", []int{5, 0}, tlv(0x31))
	replace("name-long", "a name of ten thousand letters", value, tlv(0x0c, []byte(strings.Repeat("x", 10_000))))
	replace("name-many", "two hundred attributes", []int{5}, tlv(0x30, slices.Repeat(at(t, tbs, 5, 0), 200)))
	replace("name-half-sign", "half a surrogate pair in a BMPString", value, tlv(0x1e, []byte{0xd8, 0, 0, 'a'}))
	replace("name-odd", "an odd BMPString", value, tlv(0x1e, []byte{0, 'a', 0}))
	replace("name-no-sign", "a number beyond Unicode in a UniversalString", value, tlv(0x1c, []byte{0xd0, 0x9b, 0xd0, 0xb8}))
	replace("name-nul", "a name with a zero byte", value, tlv(0x0c, []byte("a\x00b")))

	from, to := at(t, tbs, 4, 0), at(t, tbs, 4, 1)
	dates := func(id, what string, from, to []byte) { replace(id, what, []int{4}, tlv(0x30, from, to)) }
	utc := func(s string) []byte { return tlv(0x17, []byte(s)) }
	general := func(s string) []byte { return tlv(0x18, []byte(s)) }
	dates("dates-exchanged", "valid to before it is valid from", to, from)
	dates("dates-month-13", "the thirteenth month", utc("251301000000Z"), to)
	dates("dates-february-30", "the thirtieth of February", utc("250230000000Z"), to)
	dates("dates-second-61", "the second 61", utc("250101000061Z"), to)
	dates("dates-no-zone", "a time without Z", utc("250101000000"), to)
	dates("dates-offset", "a time with an offset", utc("250101000000+0300"), to)
	dates("dates-no-seconds", "a time without seconds", utc("2501010000Z"), to)
	dates("dates-fraction", "a fraction of a second", general("20250101000000.5Z"), to)
	dates("dates-general-early", "GeneralizedTime before 2050", general("20250101000000Z"), to)
	dates("dates-empty", "an empty time", utc(""), to)
	dates("dates-year-0", "the year 0", general("00000101000000Z"), to)
	dates("dates-9999", "valid to the end of 9999", from, general("99991231235959Z"))
	dates("dates-past", "expired", from, utc("261120115959Z"))
	dates("dates-future", "not yet valid", utc("261120120001Z"), to)
	dates("dates-1950", "from 1950, as two digits mean", utc("500101000000Z"), to)

	replace("key-foreign", "no key", []int{6}, tlv(0x30))
	replace("key-off-curve", "a key off the curve", []int{6, 1, 0}, tlv(0x04, slices.Repeat([]byte{7}, 64)))
	replace("body-trailing", "a NULL at the end of the body", []int{7}, at(t, tbs, 7), []byte{5, 0})
	m.extensions(tbs, replace)
}

func (m *spoiler) extensions(tbs []byte, replace func(id, what string, path []int, by ...[]byte)) {
	t := m.t
	all := []int{7, 0}
	_, list := children(t, at(t, tbs, all...))
	more := func(id, what string, extra ...[]byte) {
		replace(id, what, all, tlv(0x30, append(slices.Clone(list), extra...)...))
	}
	alone := func(id, what string, ext []byte) { replace(id, what, all, tlv(0x30, ext)) }
	ext := func(value []byte, dotted ...int) []byte { return tlv(0x30, oid(t, dotted...), tlv(0x04, value)) }
	critical := func(flag byte, value []byte, dotted ...int) []byte {
		return tlv(0x30, oid(t, dotted...), []byte{1, 1, flag}, tlv(0x04, value))
	}
	unknown := []int{1, 2, 643, 100, 7000}
	more("critical-unknown", "an unknown critical extension", critical(0xff, nil, unknown...))
	more("name-constraints-empty", "critical name constraints that name nothing", critical(0xff, tlv(0x30), 2, 5, 29, 30))
	more("critical-one", "TRUE written as 1", critical(1, nil, unknown...))
	more("critical-false", "the default FALSE written out", critical(0, nil, unknown...))
	more("extension-twice", "an extension twice", list[0])
	more("extension-unknown-twice", "an unknown extension twice", ext(nil, unknown...), ext(nil, unknown...))
	more("extension-no-value", "an extension without a value", tlv(0x30, oid(t, unknown...)))
	more("extension-pieces", "a value in pieces", tlv(0x30, oid(t, unknown...), inPieces(t, tlv(4, []byte("abcd")))))
	more("extension-trailing", "a NULL after the value", tlv(0x30, oid(t, unknown...), tlv(4), []byte{5, 0}))
	more("extension-null", "a NULL among the extensions", []byte{5, 0})
	many := make([][]byte, 200)
	for i := range many {
		many[i] = ext(nil, append(unknown, i)...)
	}
	more("extensions-many", "two hundred extensions", many...)
	replace("extensions-none", "an empty list of extensions", all, tlv(0x30))
	replace("extensions-twice", "two lists of extensions", []int{7}, at(t, tbs, 7), at(t, tbs, 7))
	alone("ca-trailing", "basicConstraints with a byte after it", ext([]byte{0x30, 0, 0}, 2, 5, 29, 19))
	alone("ca-path-negative", "a negative length of path", ext(tlv(0x30, []byte{1, 1, 0xff, 2, 1, 0xff}), 2, 5, 29, 19))
	alone("ca-path-huge", "a length of path beyond any number", ext(tlv(0x30, []byte{1, 1, 0xff}, tlv(2, bytes.Repeat([]byte{0x7f}, 30))), 2, 5, 29, 19))
	alone("usage-empty", "keyUsage of no bytes", ext([]byte{3, 0}, 2, 5, 29, 15))
	alone("usage-zero", "keyUsage that allows nothing", ext([]byte{3, 2, 0, 0}, 2, 5, 29, 15))
	alone("usage-unused-8", "keyUsage with eight unused bits", ext([]byte{3, 2, 8, 0x80}, 2, 5, 29, 15))
	alone("usage-not-bits", "keyUsage that is a number", ext([]byte{2, 1, 1}, 2, 5, 29, 15))
	alone("purpose-empty", "extendedKeyUsage without purposes", ext(tlv(0x30), 2, 5, 29, 37))
	alone("purpose-not-oid", "extendedKeyUsage of numbers", ext(tlv(0x30, []byte{2, 1, 1}), 2, 5, 29, 37))
	alone("key-id-wrong", "the identifier of another issuer's key", ext(tlv(0x30, tlv(0x80, []byte("other"))), 2, 5, 29, 35))
	alone("tool-number", "a number for the means of signature", ext([]byte{2, 1, 1}, 1, 2, 643, 100, 111))
	alone("identification-negative", "a negative kind of identification", ext([]byte{2, 1, 0xff}, 1, 2, 643, 100, 114))
}
