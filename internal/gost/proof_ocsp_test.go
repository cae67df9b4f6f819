package gost_test

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"signdesk/internal/gost"
)

// responders are the authority itself and a certificate it gave for answering,
// with keys that OpenSSL can use: ca.key and delegate.key.
type responders struct {
	ca, delegate authority
	leaf         *gost.Certificate // in leaf.pem
}

func (c *trial) responders() (r responders) {
	c.Helper()
	key := func(name string, k *gost.PrivateKey) {
		c.Write(name+".key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: must(gost.MarshalPrivateKey(k))(c)}))
	}
	r.ca = c.authority()
	key("ca", r.ca.key)
	k := c.key()
	der := must(gost.CreateCertificate(c.rand, &gost.CertificateTemplate{Serial: big.NewInt(2), Subject: c.rand.name(), NotBefore: early, NotAfter: late,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []asn1.ObjectIdentifier{gost.OIDOCSPSigning}, NoCheck: true, IdentificationKind: -1},
		r.ca.cert, &k.PublicKey, r.ca.key))(c)
	r.delegate = authority{must(gost.ParseCertificate(der))(c), k}
	key("delegate", k)
	c.Write("delegate.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	return r
}

// ask makes a new leaf and returns the answer that shall be given about it.
func (c *trial) ask(r *responders, now time.Time) gost.OCSPAnswer {
	c.Helper()
	r.leaf, _ = c.signer(r.ca, "leaf", 1<<40+c.rand.Int64N(1<<40), c.otherKey())
	a := gost.OCSPAnswer{ThisUpdate: now, NextUpdate: now.Add(time.Hour), State: gost.RevocationState(c.rand.IntN(3))}
	if a.State == gost.StatusRevoked {
		a.RevokedAt, a.Reason = now.Add(-time.Duration(1+c.rand.IntN(1e6))*time.Second), c.rand.IntN(len(reasons))
	}
	return a
}

// nonce is 8 to 32 bytes, or none.
func (s *source) nonce() []byte {
	if s.IntN(3) == 0 {
		return nil
	}
	return s.bytes(8 + s.IntN(25))
}

func (c *trial) by() string { return []string{"ca", "delegate"}[c.index%2] }

func TestProofOCSPOfEngine(t *testing.T) {
	prove(t, func(c *trial) func(*trial) {
		r := c.responders()
		return func(c *trial) {
			now := time.Now().Truncate(time.Second).UTC()
			want, nonce := c.ask(&r, now), c.rand.nonce()
			index := ""
			switch want.State {
			case gost.StatusGood:
				index = fmt.Sprintf("V\t491231000000Z\t\t%s\tunknown\t/CN=x\n", evenHex(r.leaf.Serial))
			case gost.StatusRevoked:
				at := want.RevokedAt.Format("060102150405Z")
				if want.Reason != 0 {
					at += "," + reasons[want.Reason]
				}
				index = fmt.Sprintf("R\t491231000000Z\t%s\t%s\tunknown\t/CN=x\n", at, evenHex(r.leaf.Serial))
			}
			c.Write("index.txt", []byte(index))
			c.Write("req.der", must(gost.CreateOCSPRequest(r.leaf, r.ca.cert, nonce))(c))
			args := []string{"ocsp", "-index", "index.txt", "-CA", "ca.pem", "-rsigner", c.by() + ".pem", "-rkey", c.by() + ".key",
				"-reqin", "req.der", "-respout", "theirs.der", "-ndays", "1"}
			if c.rand.IntN(2) == 0 {
				args = append(args, "-resp_key_id")
			}
			c.Run(args...)
			der := c.Read("theirs.der")
			response, err := gost.ParseOCSPResponse(der)
			if err != nil {
				c.bad(der, "%v", err)
				return
			}
			o := gost.OCSPOptions{At: now.Add(time.Second), Nonce: nonce, Freshness: gost.Freshness{Skew: time.Minute}}
			got, err := response.Status(r.leaf, r.ca.cert, o)
			if err != nil || got.State != want.State || got.State == gost.StatusRevoked && (got.Reason != want.Reason || !got.RevokedAt.Equal(want.RevokedAt)) {
				c.bad(der, "%v, read %+v, the index has %+v", err, got, want)
			}
			der[bytes.Index(der, r.leaf.Serial.Bytes())-1-c.rand.IntN(20)] ^= 1 // of the hash that names the issuer, or a header
			if response, err = gost.ParseOCSPResponse(der); err == nil {
				if _, err := response.Status(r.leaf, r.ca.cert, o); err == nil {
					c.bad(der, "a changed answer is taken")
				}
			}
		}
	})
}

func TestProofOCSPOfOurs(t *testing.T) {
	prove(t, func(c *trial) func(*trial) {
		r := c.responders()
		return func(c *trial) {
			now := time.Now().Truncate(time.Second).UTC()
			answer := c.ask(&r, now)
			request := []string{"ocsp", "-issuer", "ca.pem", "-cert", "leaf.pem", "-reqout", "req.der", "-no_nonce"}
			if c.rand.IntN(2) == 0 {
				request[len(request)-1] = "-nonce"
			}
			c.Run(request...)
			q, err := gost.ParseOCSPRequest(c.Read("req.der"))
			if err != nil || len(q.IDs) != 1 || !q.IDs[0].IssuedBy(r.ca.cert) || q.IDs[0].Serial.Cmp(r.leaf.Serial) != 0 {
				c.bad(c.Read("req.der"), "%v, read %+v", err, q)
				return
			}
			answer.ID = q.IDs[0]
			signer, template := r.ca, gost.OCSPTemplate{ProducedAt: now, Nonce: q.Nonce, ByKey: c.rand.IntN(2) == 0, Answers: []gost.OCSPAnswer{answer}}
			if c.by() == "delegate" {
				signer, template.Certificates = r.delegate, []*gost.Certificate{r.delegate.cert}
			}
			der := must(gost.CreateOCSPResponse(c.rand, signer.cert, signer.key, template))(c)
			check := func(der []byte) string {
				c.Write("ours.der", der)
				out, _ := c.Try("ocsp", "-respin", "ours.der", "-issuer", "ca.pem", "-cert", "leaf.pem", "-CAfile", "ca.pem", "-no_nonce")
				return out
			}
			out := check(der)
			if !strings.Contains(out, "Response verify OK") || !strings.Contains(out, "leaf.pem: "+answer.State.String()) ||
				answer.Reason != 0 && !strings.Contains(strings.ToLower(out), "reason: "+strings.ToLower(reasons[answer.Reason])) ||
				answer.State == gost.StatusRevoked && !strings.Contains(out, "Revocation Time: "+answer.RevokedAt.Format(opensslTime)) {
				c.bad(der, "answered %+v, the engine reads\n%s", answer, out)
			}
			changed := bytes.Clone(der)
			changed[bytes.Index(der, r.leaf.Serial.Bytes())] ^= 1
			if strings.Contains(check(changed), "Response verify OK") {
				c.bad(changed, "the engine takes a changed answer")
			}
		}
	})
}
