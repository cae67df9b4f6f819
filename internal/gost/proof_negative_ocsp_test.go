package gost_test

import (
	"slices"
	"time"

	"signdesk/internal/gost"
)

// responses: {outcome, [0] {{type, OCTET STRING {{body, algorithm, signature}}}}};
// a body: {[2] responder, produced, {{{hash, name, key, serial}, status, from, [0] to}}}.
// Each is asked whether the leaf is good.
func (m *spoiler) responses() {
	const kind = "ocsp"
	t := m.t
	q := must(gost.ParseOCSPRequest(must(gost.CreateOCSPRequest(m.leaf, m.root, nil))(t)))(t)
	from, to := noon.AddDate(0, 0, -1), noon.AddDate(9, 0, 0)
	answer := gost.OCSPAnswer{ID: q.IDs[0], State: gost.StatusGood, ThisUpdate: from, NextUpdate: to}
	make := func(by *gost.Certificate, key *gost.PrivateKey, answers ...gost.OCSPAnswer) []byte {
		return must(gost.CreateOCSPResponse(nil, by, key, gost.OCSPTemplate{ProducedAt: from, ByKey: true, Answers: answers, Certificates: []*gost.Certificate{by}}))(t)
	}
	good := make(m.root, m.rootKey, answer)
	m.syntax(kind, good)
	frame := []int{1, 0, 1, 0}
	basic := put(t, at(t, good, frame...), []int{3}) // without the certificates
	wrap := func(basic []byte) []byte { return put(t, good, frame, basic) }
	m.sound(kind, wrap(basic))
	m.signatures(kind, basic, m.rootKey, wrap)
	m.add(kind, "outcome-later", "the outcome tryLater with an answer", put(t, good, []int{0}, []byte{10, 1, 3}))
	m.add(kind, "outcome-4", "the outcome 4, which is not used", put(t, good, []int{0}, []byte{10, 1, 4}))
	m.add(kind, "outcome-alone", "success without an answer", put(t, good, []int{1}))
	m.add(kind, "type-other", "an answer of an unknown type", put(t, good, []int{1, 0, 0}, oid(t, 1, 3, 6, 1, 5, 5, 7, 48, 1, 99)))
	m.add(kind, "basic-trailing", "a NULL after the answer", after(t, good, frame, []byte{5, 0}))

	// Who answers.
	m.add(kind, "by-leaf", "signed by the certificate in question", make(m.leaf, m.key, answer))
	stranger := must(gost.GenerateKey(m.rand, gost.TC26A256))(t)
	template := gost.CertificateTemplate{Serial: m.root.Serial, Subject: m.root.Subject, NotBefore: from, NotAfter: to, IsCA: true, IdentificationKind: -1}
	namesake := must(gost.ParseCertificate(must(gost.CreateCertificate(nil, &template, nil, &stranger.PublicKey, stranger))(t)))(t)
	m.add(kind, "by-namesake", "signed by a namesake of the issuer", make(namesake, stranger, answer))

	// What is answered.
	with := func(change func(a *gost.OCSPAnswer)) gost.OCSPAnswer {
		a := answer
		change(&a)
		return a
	}
	revoked := with(func(a *gost.OCSPAnswer) { a.State, a.RevokedAt, a.Reason = gost.StatusRevoked, from, 1 })
	m.add(kind, "revoked", "revoked", make(m.root, m.rootKey, revoked))
	m.add(kind, "unknown", "unknown", make(m.root, m.rootKey, with(func(a *gost.OCSPAnswer) { a.State = gost.StatusUnknown })))
	m.add(kind, "none", "no answers", make(m.root, m.rootKey))
	m.add(kind, "good-then-revoked", "good, and revoked in a second answer", make(m.root, m.rootKey, answer, revoked))
	m.add(kind, "revoked-then-good", "revoked, and good in a second answer", make(m.root, m.rootKey, revoked, answer))
	m.add(kind, "serial-other", "about another serial number", make(m.root, m.rootKey, with(func(a *gost.OCSPAnswer) { a.ID.Serial = m.root.Serial })))
	m.add(kind, "issuer-other", "about another issuer", make(m.root, m.rootKey, with(func(a *gost.OCSPAnswer) {
		a.ID.IssuerKeyHash = make20(7)
	})))
	m.add(kind, "stale", "the next answer is overdue", make(m.root, m.rootKey, with(func(a *gost.OCSPAnswer) { a.NextUpdate = noon.Add(-time.Second) })))
	m.add(kind, "future", "not yet in force", make(m.root, m.rootKey, with(func(a *gost.OCSPAnswer) { a.ThisUpdate = noon.AddDate(5, 0, 0) })))

	tbs := at(t, basic, 0)
	replace := func(id, what string, path []int, by ...[]byte) {
		m.add(kind, id, what, wrap(m.seal(basic, put(t, tbs, path, by...), m.rootKey)))
	}
	single := func(path ...int) []int { return append([]int{2, 0}, path...) }
	replace("version-2", "version 2", []int{0}, tlv(0xa0, []byte{2, 1, 1}), at(t, tbs, 0))
	replace("responder-other", "the key of another responder", []int{0}, tlv(0xa2, tlv(4, make20(7))))
	replace("responder-short", "half of the responder's key hash", []int{0}, tlv(0xa2, tlv(4, make20(7)[:10])))
	replace("responder-none", "no responder named", []int{0})
	replace("produced-bad", "produced in the thirteenth month", []int{1}, tlv(0x18, []byte("20261301000000Z")))
	replace("produced-utc", "a two-digit year", []int{1}, tlv(0x17, []byte("261119000000Z")))
	replace("from-bad", "in force from the thirteenth month", single(2), tlv(0x18, []byte("20261301000000Z")))
	replace("to-before-from", "overdue before it is in force", single(3), tlv(0xa0, tlv(0x18, []byte("20200101000000Z"))))
	replace("hash-unknown", "hashes of an unknown function", single(0, 0), tlv(0x30, oid(t, 1, 2, 3)))
	replace("status-bad", "a status that is none", single(1), []byte{0x83, 0})
	replace("status-good-long", "good with a byte inside", single(1), []byte{0x80, 1, 0})
	critical := tlv(0xa1, tlv(0x30, tlv(0x30, oid(t, 1, 2, 643, 100, 7000), []byte{1, 1, 0xff}, tlv(4))))
	replace("critical", "an unknown critical extension", []int{2}, at(t, tbs, 2), critical)
	replace("answer-critical", "an unknown critical extension of the answer", single(3), at(t, tbs, single(3)...), critical)
	replace("body-trailing", "a NULL at the end of the body", []int{2}, at(t, tbs, 2), []byte{5, 0})
	replace("answer-trailing", "a NULL at the end of the answer", single(3), at(t, tbs, single(3)...), []byte{5, 0})
}

func make20(b byte) []byte { return slices.Repeat([]byte{b}, 20) }
