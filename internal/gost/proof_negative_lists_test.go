package gost_test

import (
	"math/big"
	"slices"

	"signdesk/internal/gost"
)

// requests: {{version, subject, key, [0] {attributes}}, algorithm, signature}.
func (m *spoiler) requests() {
	const kind = "request"
	t := m.t
	good := must(gost.CreateRequest(nil, &gost.RequestTemplate{Subject: m.leaf.Subject, Extensions: m.leaf.Extensions[:1]}, m.key))(t)
	m.syntax(kind, good)
	m.signatures(kind, good, m.key, itself)
	tbs := at(t, good, 0)
	signed := func(id, what string, tbs []byte) { m.add(kind, id, what, m.seal(good, tbs, m.key)) }
	replace := func(id, what string, path []int, by ...[]byte) { signed(id, what, put(t, tbs, path, by...)) }
	replace("version-1", "version 1", []int{0}, []byte{2, 1, 1})
	replace("version-negative", "version -1", []int{0}, []byte{2, 1, 0xff})
	replace("subject-empty", "an empty subject", []int{1}, tlv(0x30))
	replace("key-other", "another key than the signature's", []int{2}, m.root.RawSPKI)
	replace("body-trailing", "a NULL at the end of the body", []int{3}, at(t, tbs, 3), []byte{5, 0})
	replace("attributes-set", "the attributes under the tag of a SET", []int{3}, tlv(0x31))
	replace("attribute-twice", "the wished extensions twice", []int{3}, tlv(0xa0, slices.Repeat(at(t, tbs, 3, 0), 2)))
	replace("attribute-empty", "no value of the wished extensions", []int{3, 0, 1}, tlv(0x31))
	replace("attribute-values", "two values of the wished extensions", []int{3, 0, 1}, tlv(0x31, slices.Repeat(at(t, tbs, 3, 0, 1, 0), 2)))
	replace("extension-twice", "an extension twice", []int{3, 0, 1, 0}, tlv(0x30, slices.Repeat(at(t, tbs, 3, 0, 1, 0, 0), 2)))
	alg := tlv(0x30, oid(t, 1, 2, 643, 7, 1, 1, 3, 3))
	m.add(kind, "algorithm-512", "the algorithm of 512 bits by a key of 256", put(t, good, []int{1}, alg))
	m.add(kind, "algorithm-parameters", "parameters of the signature algorithm", after(t, good, []int{1, 0}, tlv(0x30)))
}

// lists: {{version, algorithm, issuer, from, to, {{serial, time}}, [0] {extensions}}, ...}.
// Each is asked about a certificate that is not in it.
func (m *spoiler) lists() {
	const kind = "crl"
	t := m.t
	revoked := []gost.RevokedEntry{{Serial: big.NewInt(0x3003), At: noon.AddDate(0, 0, -2), Reason: 1}}
	make := func(entries []gost.RevokedEntry) []byte {
		return must(gost.CreateCRL(nil, m.root, m.rootKey, big.NewInt(5), entries, noon.AddDate(0, 0, -1), noon.AddDate(0, 0, 1)))(t)
	}
	good := make(revoked)
	m.syntax(kind, good)
	m.signatures(kind, good, m.rootKey, itself)
	m.add(kind, "revoked", "the certificate is in it", make(append(revoked, gost.RevokedEntry{Serial: m.leaf.Serial, At: noon.AddDate(0, 0, -1)})))
	tbs := at(t, good, 0)
	replace := func(id, what string, path []int, by ...[]byte) {
		m.add(kind, id, what, m.seal(good, put(t, tbs, path, by...), m.rootKey))
	}
	utc := func(s string) []byte { return tlv(0x17, []byte(s)) }
	replace("version-3", "version 3", []int{0}, []byte{2, 1, 2})
	replace("version-1", "version 1 written out", []int{0}, []byte{2, 1, 0})
	replace("algorithms-differ", "another algorithm inside than outside", []int{1}, tlv(0x30, oid(t, 1, 2, 643, 7, 1, 1, 3, 3)))
	replace("issuer-empty", "an empty issuer", []int{2}, tlv(0x30))
	replace("issuer-other", "the name of another issuer", []int{2}, m.leaf.RawSubject)
	replace("stale", "the next list is overdue", []int{4}, utc("261120115959Z"))
	replace("no-next", "no word of the next list", []int{4})
	replace("backwards", "the next list before this one", []int{3}, utc("300101000000Z"))
	replace("bad-date", "the thirteenth month", []int{3}, utc("261301000000Z"))
	entry := func(parts ...[]byte) []byte { return tlv(0x30, parts...) }
	serial, when := at(t, tbs, 5, 0, 0), at(t, tbs, 5, 0, 1)
	unknown := oid(t, 1, 2, 643, 100, 7000)
	entries := func(id, what string, e ...[]byte) { replace(id, what, []int{5}, tlv(0x30, e...)) }
	entries("entry-negative", "a negative serial number", entry([]byte{2, 1, 0x80}, when))
	entries("entry-padded", "a superfluous zero byte in a serial number", entry([]byte{2, 2, 0, 1}, when))
	entries("entry-no-date", "an entry without a date", entry(serial))
	entries("entry-trailing", "a NULL at the end of an entry", entry(serial, when, []byte{5, 0}))
	entries("entry-twice", "an entry twice", entry(serial, when), entry(serial, when))
	entries("entry-critical", "an unknown critical extension of an entry", entry(serial, when, tlv(0x30, tlv(0x30, unknown, []byte{1, 1, 0xff}, tlv(4)))))
	reason := func(n byte) []byte { return tlv(0x30, tlv(0x30, oid(t, 2, 5, 29, 21), tlv(4, []byte{10, 1, n}))) }
	entries("reason-7", "the reason 7, which is not used", entry(serial, when, reason(7)))
	entries("reason-99", "the reason 99", entry(serial, when, reason(99)))
	entries("reason-negative", "a negative reason", entry(serial, when, reason(0xff)))
	entries("list-empty", "an empty list written out")
	extensions := func(id, what string, e ...[]byte) {
		_, all := children(t, at(t, tbs, 6, 0))
		replace(id, what, []int{6, 0}, tlv(0x30, append(all, e...)...))
	}
	critical := func(value []byte, dotted ...int) []byte {
		return tlv(0x30, oid(t, dotted...), []byte{1, 1, 0xff}, tlv(4, value))
	}
	extensions("critical-unknown", "an unknown critical extension", tlv(0x30, unknown, []byte{1, 1, 0xff}, tlv(4)))
	extensions("delta", "a delta list", critical([]byte{2, 1, 1}, 2, 5, 29, 27))
	extensions("scope-authorities", "a list of authorities only", critical(tlv(0x30, []byte{0x82, 1, 0xff}), 2, 5, 29, 28))
	extensions("scope-attributes", "a list of attribute certificates only", critical(tlv(0x30, []byte{0x85, 1, 0xff}), 2, 5, 29, 28))
	extensions("scope-indirect", "an indirect list", critical(tlv(0x30, []byte{0x84, 1, 0xff}), 2, 5, 29, 28))
	extensions("scope-reasons", "a list of some reasons", critical(tlv(0x30, []byte{0x83, 2, 6, 0x40}), 2, 5, 29, 28))
	extensions("scope-elsewhere", "a list of another address", critical(tlv(0x30, tlv(0xa0, tlv(0xa0, tlv(0x86, []byte("http://x"))))), 2, 5, 29, 28))
	extensions("scope-garbage", "a scope that is no scope", critical([]byte{5, 0}, 2, 5, 29, 28))
	extensions("number-twice", "the number twice", tlv(0x30, oid(t, 2, 5, 29, 20), tlv(4, []byte{2, 1, 5})))
	replace("body-trailing", "a NULL at the end of the body", []int{6}, at(t, tbs, 6), []byte{5, 0})
}
