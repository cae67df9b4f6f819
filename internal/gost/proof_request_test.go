package gost_test

import (
	"bytes"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"

	"signdesk/internal/gost"
)

func TestProofRequestsOfEngine(t *testing.T) {
	prove(t, func(c *trial) func(*trial) {
		key := c.engineKey("key.der")
		return func(c *trial) {
			subject, extensions := c.rand.name(), c.rand.extensions()
			c.Write("req.cnf", fmt.Appendf(nil, "[req]\ndistinguished_name=dn\nstring_mask=utf8only\n[dn]\n[asked]\n%s", configLines(extensions)))
			args := []string{"req", "-new", "-config", "req.cnf", "-key", "key.der", "-keyform", "DER", "-utf8",
				"-subj", subjectArgument(subject), "-outform", "DER", "-out", "theirs.csr"}
			if len(extensions) > 0 {
				args = append(args, "-reqexts", "asked")
			}
			c.Run(args...)
			der := c.Read("theirs.csr")
			r, err := gost.ParseRequest(der)
			if err != nil {
				c.bad(der, "%v", err)
				return
			}
			if err := r.CheckSignature(); err != nil {
				c.bad(der, "%v", err)
			}
			if !sameName(r.Subject, subject) || !sameExtensions(r.Extensions, extensions) || !r.PublicKey.Equal(&key.PublicKey) {
				c.bad(der, "read %v %v, asked for %v %v", r.Subject, r.Extensions, subject, extensions)
			}
		}
	})
}

func TestProofRequestsOfOurs(t *testing.T) {
	prove(t, func(c *trial) func(*trial) {
		key := c.key()
		c.Write("req.cnf", []byte("[req]\ndistinguished_name=dn\n[dn]\n"))
		return func(c *trial) {
			subject, extensions := c.rand.name(), c.rand.extensions()
			der := must(gost.CreateRequest(c.rand, &gost.RequestTemplate{Subject: subject, Extensions: extensions}, key))(c)
			c.Write("ours.csr", der)
			out, err := c.Try("req", "-config", "req.cnf", "-inform", "DER", "-in", "ours.csr", "-verify", "-subject", "-nameopt", plainNames, "-noout")
			if err != nil || strings.Contains(out, "failure") || !strings.Contains(out, plainName(subject)) {
				c.bad(der, "asked for\n%s\nthe engine reads %v\n%s", plainName(subject), err, out)
			}
			der[len(der)-1-c.rand.IntN(c.set.Curve.Bits/4)] ^= 0x10
			c.Write("bad.csr", der)
			if out, err := c.Try("req", "-config", "req.cnf", "-inform", "DER", "-in", "bad.csr", "-verify", "-noout"); err == nil && !strings.Contains(out, "failure") {
				c.bad(der, "the engine takes a broken request")
			}
		}
	})
}

// plainNames make OpenSSL print a name as lines of number and bare value.
const plainNames = "utf8,sep_multiline,oid"

func plainName(n gost.Name) string {
	var b strings.Builder
	for _, a := range n {
		fmt.Fprintf(&b, "    %v=%s\n", a.Type, a.Value)
	}
	return b.String()
}

var subjectEscape = strings.NewReplacer(`\`, `\\`, `/`, `\/`, `+`, `\+`)

// subjectArgument writes the name for -subj.
func subjectArgument(n gost.Name) string {
	var b strings.Builder
	for _, a := range n {
		fmt.Fprintf(&b, "/%v=%s", a.Type, subjectEscape.Replace(a.Value))
	}
	return b.String()
}

func sameName(a, b gost.Name) bool {
	return slices.EqualFunc(a, b, func(a, b gost.Attribute) bool { return a.Type.Equal(b.Type) && a.Value == b.Value })
}

// extensions are a few of unknown types with any bytes inside.
func (s *source) extensions() (all []pkix.Extension) {
	for i := range s.IntN(5) {
		all = append(all, pkix.Extension{
			Id:    asn1.ObjectIdentifier{1, 2, 643, 100, 7_000 + i, s.IntN(1 << 30)},
			Value: s.bytes(1 + s.IntN(300)),
		})
	}
	return all
}

// configLines are the extensions as OpenSSL's configuration has them.
func configLines(all []pkix.Extension) []byte {
	var b bytes.Buffer
	for _, e := range all {
		fmt.Fprintf(&b, "%v = DER:%s\n", e.Id, hex.EncodeToString(e.Value))
	}
	return b.Bytes()
}

func sameExtensions(a, b []pkix.Extension) bool {
	return slices.EqualFunc(a, b, func(a, b pkix.Extension) bool {
		return a.Id.Equal(b.Id) && a.Critical == b.Critical && bytes.Equal(a.Value, b.Value)
	})
}
