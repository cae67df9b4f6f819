package gost_test

import (
	"cmp"
	"crypto/sha256"
	"encoding/asn1"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"signdesk/internal/gost"
)

// The proof_ files hold this package against OpenSSL's gost engine, a program
// written by others from the same standards: whatever one side makes of random
// input, the other must read and find good. All randomness of ours comes from
// one seed, printed by every test; GOST_SEED=n repeats a run. Keys and nonces
// of the engine are its own, so a failure prints what the engine made.

var seed = sync.OnceValue(func() uint64 {
	if n := number64("GOST_SEED"); n != 0 {
		return n
	}
	return rand.Uint64()
})

// perSet times the engine's twelve parameter sets makes 204 cases; GOST_CASES=n
// makes n of each set.
var perSet = sync.OnceValue(func() int { return int(cmp.Or(number64("GOST_CASES"), 17)) })

// number64 reads the environment when the test runs, not before: only then do
// cached results know of it.
func number64(name string) uint64 {
	n, _ := strconv.ParseUint(os.Getenv(name), 10, 64)
	return n
}

// source is the randomness of one case: numbers and bytes of one stream.
type source struct {
	*rand.Rand
	chacha *rand.ChaCha8
}

func newSource(name string) *source { return seededSource(seed(), name) }

func seededSource(n uint64, name string) *source {
	chacha := rand.NewChaCha8(sha256.Sum256(fmt.Appendf(nil, "%d %s", n, name)))
	return &source{rand.New(chacha), chacha}
}

func (s *source) Read(b []byte) (int, error) { return s.chacha.Read(b) }

func (s *source) bytes(n int) []byte {
	b := make([]byte, n)
	s.Read(b)
	return b
}

// trial is one case of a differential test.
type trial struct {
	testing.TB
	*gost.Engine
	set   gost.EngineSet
	rand  *source
	index int
}

// prove runs perSet cases on every parameter set of the engine. The setup of a
// set returns the function that is one case.
func prove(t *testing.T, setup func(*trial) func(*trial)) {
	t.Parallel()
	gost.NewEngine(t) // skips the whole test once
	t.Logf("GOST_SEED=%d", seed())
	done, spent := new(atomic.Int64), new(atomic.Int64)
	t.Cleanup(func() { t.Logf("%d cases, %.1f s of work", done.Load(), time.Duration(spent.Load()).Seconds()) })
	for _, set := range gost.EngineSets() {
		t.Run(set.Curve.Name, func(t *testing.T) {
			t.Parallel()
			begin := time.Now()
			defer func() { spent.Add(int64(time.Since(begin))) }()
			c := &trial{t, gost.NewEngine(t), set, newSource(t.Name()), -1}
			run := setup(c)
			for c.index = range perSet() {
				c.rand = newSource(t.Name() + strconv.Itoa(c.index))
				if run(c); t.Failed() {
					return
				}
				done.Add(1)
			}
		})
	}
}

// bad reports what is wrong with the case, with what it was about.
func (c *trial) bad(artefact []byte, format string, args ...any) {
	c.Helper()
	c.Errorf("case %d (GOST_SEED=%d): %s\n%x", c.index, seed(), fmt.Sprintf(format, args...), artefact)
}

// digest is the hash's name in OpenSSL.
func (c *trial) digest() string { return "md_gost12_" + strconv.Itoa(c.set.Curve.Bits) }

// key makes a key of ours.
func (c *trial) key() *gost.PrivateKey {
	c.Helper()
	return must(gost.GenerateKey(c.rand, c.set.Curve))(c)
}

// otherKey makes a key of ours on any set.
func (c *trial) otherKey() *gost.PrivateKey {
	c.Helper()
	sets := gost.EngineSets()
	return must(gost.GenerateKey(c.rand, sets[c.rand.IntN(len(sets))].Curve))(c)
}

// engineKey lets the engine make a key into the file, DER.
func (c *trial) engineKey(file string) *gost.PrivateKey {
	c.Helper()
	c.Run("genpkey", "-algorithm", c.set.Algorithm, "-pkeyopt", "paramset:"+c.set.Set, "-outform", "DER", "-out", file)
	return must(gost.ParsePrivateKey(c.Read(file)))(c)
}

// must returns the value or ends the test.
func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// streebog is the digest of the key's size.
func streebog(p *gost.PublicKey, b []byte) []byte {
	h := p.HashNew()
	h.Write(b)
	return h.Sum(nil)
}

// content is a file of an awkward kind: empty, around a block, binary, text.
func (s *source) content() []byte {
	switch s.IntN(8) {
	case 0:
		return []byte{}
	case 1:
		return s.bytes(63 + s.IntN(3))
	case 2:
		return s.bytes(s.IntN(100) * s.IntN(100) * s.IntN(20))
	case 3:
		return make([]byte, s.IntN(200))
	case 4:
		return []byte(strings.Repeat("\xff", s.IntN(200)))
	case 5:
		return []byte("\r\n\n\r" + s.words(5) + "\r\n.\r\n--\n")
	case 6:
		return []byte{0x30, 0x80, 0, 0, 0x04, 0x82}
	}
	return []byte(s.words(1 + s.IntN(200)))
}

var vocabulary = strings.Fields(`ООО Ромашка «Заря» Ёлкин Иван Петрович ул. Ленина, д.1 № 5/7 Санкт-Петербург "АО" Müller & Söhne
	a=b c+d e;f <g> #h \i 77 г.Москва Генеральный директор 株式会社 𝔘𝔫𝔦 zero' ъ - _ * @ $x %y ~`)

// words is text with every sign that some syntax treats as its own.
func (s *source) words(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = vocabulary[s.IntN(len(vocabulary))]
	}
	return strings.Join(all, " ")
}

func (s *source) digits(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('0' + s.IntN(10))
	}
	return string(b)
}

// name is a subject: always a common name, and any others in any order.
func (s *source) name() gost.Name {
	all := gost.Name{{Type: gost.OIDCommonName, Value: s.words(1 + s.IntN(4))}}
	for range s.IntN(10) {
		var a gost.Attribute
		switch s.IntN(5) {
		case 0:
			a = gost.Attribute{Type: gost.OIDCountry, Value: "RU"}
		case 1:
			a = gost.Attribute{Type: gost.OIDEmail, Value: "u" + s.digits(3) + "@example.test"}
		case 2:
			number := []struct {
				oid  asn1.ObjectIdentifier
				size int
			}{{gost.OIDINN, 12}, {gost.OIDOGRN, 13}, {gost.OIDOGRNIP, 15}, {gost.OIDSNILS, 11}}[s.IntN(4)]
			a = gost.Attribute{Type: number.oid, Value: s.digits(number.size)}
		default:
			text := []asn1.ObjectIdentifier{gost.OIDSurname, gost.OIDGivenName, gost.OIDState, gost.OIDLocality, gost.OIDStreet,
				gost.OIDOrganization, gost.OIDOrganizationalUnit, gost.OIDTitle}
			a = gost.Attribute{Type: text[s.IntN(len(text))], Value: s.words(1 + s.IntN(4))}
		}
		all = append(all, a)
	}
	return all
}
