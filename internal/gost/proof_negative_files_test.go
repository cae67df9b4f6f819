package gost_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"slices"

	"signdesk/internal/gost"
)

// sealed are encrypted keys: {{PBES2, {{PBKDF2, {salt, rounds, hash}}, {AES,
// vector}}}, OCTET STRING}; the password is 1.
func (m *spoiler) sealed() {
	const kind = "sealed"
	t := m.t
	good := must(gost.EncryptPrivateKeyRounds(m.rand, m.key, []byte("1"), 1000))(t)
	m.syntax(kind, good)
	kdf := func(path ...int) []int { return append([]int{0, 1, 0, 1}, path...) }
	replace := func(id, what string, path []int, by ...[]byte) { m.add(kind, id, what, put(t, good, path, by...)) }
	integer := func(n int64) []byte { return tlv(2, append([]byte{0}, big.NewInt(n).Bytes()...)) }
	if n := at(t, good, kdf(1)...); !bytes.Equal(n, []byte{2, 2, 0x03, 0xe8}) {
		t.Fatalf("rounds %x", n)
	}
	other := must(gost.EncryptPrivateKeyRounds(m.rand, m.key, []byte("2"), 1000))(t)
	m.add(kind, "password", "encrypted by another password", other)
	replace("rounds-0", "no rounds", kdf(1), []byte{2, 1, 0})
	replace("rounds-negative", "a negative number of rounds", kdf(1), []byte{2, 1, 0xff})
	replace("rounds-many", "rounds for a second and more", kdf(1), tlv(2, big.NewInt(3_000_000).Bytes()))
	replace("rounds-2-64", "rounds beyond any number", kdf(1), tlv(2, []byte{1, 0, 0, 0, 0, 0, 0, 0, 0}))
	replace("rounds-padded", "a superfluous zero byte", kdf(1), integer(1000))
	replace("salt-none", "no salt", kdf(0))
	replace("salt-other", "another salt", kdf(0), tlv(4, make20(7)[:16]))
	replace("length-16", "a key of 16 bytes for a cipher of 32", kdf(1), at(t, good, kdf(1)...), []byte{2, 1, 16})
	replace("length-huge", "a key of 2^31 bytes", kdf(1), at(t, good, kdf(1)...), tlv(2, []byte{0x7f, 0xff, 0xff, 0xff}))
	replace("hash-unknown", "an unknown hash", kdf(2), tlv(0x30, oid(t, 1, 2, 3)))
	replace("hash-none", "no hash: that would be SHA-1", kdf(2))
	replace("kdf-unknown", "an unknown derivation", []int{0, 1, 0, 0}, oid(t, 1, 2, 3))
	replace("kdf-trailing", "a NULL after the derivation's parameters", kdf(2), at(t, good, kdf(2)...), []byte{5, 0})
	replace("cipher-unknown", "an unknown cipher", []int{0, 1, 1, 0}, oid(t, 1, 2, 3))
	replace("cipher-128", "AES-128", []int{0, 1, 1, 0}, oid(t, 2, 16, 840, 1, 101, 3, 4, 1, 2))
	replace("vector-short", "a vector of 15 bytes", []int{0, 1, 1, 1}, tlv(4, make20(7)[:15]))
	replace("vector-other", "another vector", []int{0, 1, 1, 1}, tlv(4, make20(7)[:16]))
	replace("scheme-pbes1", "the scheme PBES1", []int{0, 0}, oid(t, 1, 2, 840, 113549, 1, 5, 10))
	sealed := body(t, at(t, good, 1))
	replace("data-short", "a byte less", []int{1}, tlv(4, sealed[:len(sealed)-1]))
	replace("data-block-less", "a block less", []int{1}, tlv(4, sealed[:len(sealed)-16]))
	replace("data-empty", "no data", []int{1}, tlv(4))
}

// files are certificates in text.
func (m *spoiler) files() {
	const kind = "file"
	good := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: m.leaf.Raw})
	m.sound(kind, good)
	m.sound(kind, append([]byte("Subject: лист\r\n\r\n"), bytes.ReplaceAll(good, []byte("\n"), []byte("\r\n"))...))
	block := func(label string, b []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: label, Bytes: b}) }
	m.add(kind, "label-key", "a certificate under the label of a key", block("PRIVATE KEY", m.leaf.Raw))
	m.add(kind, "label-empty", "an empty label", block("", m.leaf.Raw))
	m.add(kind, "key", "a key under the label of a certificate", block("CERTIFICATE", must(gost.MarshalPrivateKey(m.key))(m.t)))
	m.add(kind, "block-empty", "an empty block", []byte("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"))
	m.add(kind, "no-end", "no last line", good[:bytes.Index(good, []byte("-----END"))])
	m.add(kind, "end-other", "the last line of another label", bytes.Replace(good, []byte("END CERTIFICATE"), []byte("END PRIVATE KEY"), 1))
	m.add(kind, "no-begin", "no first line", good[bytes.IndexByte(good, '\n')+1:])
	m.add(kind, "trailing-in-block", "a byte after the object, in the block", block("CERTIFICATE", append(bytes.Clone(m.leaf.Raw), 0)))
	m.add(kind, "twice-in-block", "two objects in one block", block("CERTIFICATE", slices.Concat(m.leaf.Raw, m.root.Raw)))
	m.add(kind, "in-block", "PEM in PEM", block("CERTIFICATE", good))
	m.add(kind, "base64-bad", "a sign that is not of base64", bytes.Replace(good, []byte("MII"), []byte("M!I"), 1))
	m.add(kind, "base64-cut", "a letter less", bytes.Replace(good, []byte("MII"), []byte("MI"), 1))
	text := base64.StdEncoding.EncodeToString(m.leaf.Raw)
	m.add(kind, "bare-url", "bare base64 of the URL alphabet", []byte(base64.URLEncoding.EncodeToString(slices.Concat(m.leaf.Raw, []byte{0xff, 0xff, 0xff}))))
	m.add(kind, "bare-junk", "bare base64 with words before it", []byte("certificate: "+text))
	m.add(kind, "hex", "hexadecimal", []byte(hex.EncodeToString(m.leaf.Raw)))
	m.add(kind, "utf16", "PEM in UTF-16", utf16LE(good))
	m.add(kind, "spaces", "nothing but spaces", bytes.Repeat([]byte(" \n"), 500))
	m.add(kind, "zeros", "nothing but zeros", make([]byte, 1000))
	m.add(kind, "html", "a page in place of a file", []byte("<!DOCTYPE html><html><body>404</body></html>"))
}

func utf16LE(b []byte) []byte {
	wide := []byte{0xff, 0xfe}
	for _, c := range b {
		wide = append(wide, c, 0)
	}
	return wide
}
