package gost_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"slices"
	"testing"
	"time"

	"signdesk/internal/gost"
)

// signer makes a certificate under the root, with its key in name.der and
// itself in name.pem.
func (c *trial) signer(root authority, name string, serial int64, key *gost.PrivateKey) (*gost.Certificate, *gost.PrivateKey) {
	c.Helper()
	der := must(gost.CreateCertificate(c.rand, &gost.CertificateTemplate{Serial: big.NewInt(serial), Subject: c.rand.name(), NotBefore: early, NotAfter: late,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment, IdentificationKind: -1}, root.cert, &key.PublicKey, root.key))(c)
	c.Write(name+".pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	c.Write(name+".der", must(gost.MarshalPrivateKey(key))(c))
	return must(gost.ParseCertificate(der))(c), key
}

// Messages of one to three signers, of the set and of any other; the last
// signature of some is added to a message that stands.
func TestProofMessagesOfOurs(t *testing.T) {
	prove(t, func(c *trial) func(*trial) {
		root := c.authority()
		var all []gost.Signatory
		for i, key := range []*gost.PrivateKey{c.key(), c.key(), c.otherKey()} {
			cert, key := c.signer(root, "leaf", int64(7+i), key)
			all = append(all, gost.Signatory{Certificate: cert, Key: key})
		}
		return func(c *trial) {
			content, detached, signers := c.rand.content(), c.index%2 == 0, all[:1+c.rand.IntN(len(all))]
			options := gost.SignOptions{Detached: detached}
			if c.index%4 < 2 {
				options.SigningTime = time.Unix(c.rand.Int64N(1<<32), 0)
			}
			if c.index%3 == 0 {
				options.Chain = []*gost.Certificate{root.cert}
			}
			var der []byte
			if last := len(signers) - 1; last > 0 && c.rand.IntN(2) == 0 {
				der = must(gost.SignCMSTogether(c.rand, content, signers[:last], options))(c)
				der = must(gost.AddSignature(c.rand, der, content, signers[last], options))(c)
			} else {
				der = must(gost.SignCMSTogether(c.rand, content, signers, options))(c)
			}
			c.Write("data", content)
			args := []string{"cms", "-verify", "-binary", "-inform", "DER", "-in", "ours.p7s", "-CAfile", "ca.pem", "-purpose", "any", "-out", "out"}
			if detached {
				args = append(args, "-content", "data")
			}
			if !options.SigningTime.IsZero() {
				args = append(args, "-cades")
			}
			c.Write("ours.p7s", der)
			if out, err := c.Try(args...); err != nil {
				c.bad(der, "%d signers, content %x, the engine refuses it: %s", len(signers), content, out)
			} else if got := c.Read("out"); !bytes.Equal(got, content) {
				c.bad(der, "content %x, the engine reads %x", content, got)
			}
			der[len(der)-1-c.rand.IntN(64)] ^= 4
			c.Write("ours.p7s", der)
			if _, err := c.Try(args...); err == nil {
				c.bad(der, "the engine takes a broken message")
			}
		}
	})
}

// forms are the ways openssl cms writes a message.
var forms = [][]string{
	{"-outform", "DER"}, {"-outform", "DER", "-nodetach"}, {"-outform", "DER", "-noattr"}, {"-outform", "DER", "-noattr", "-nodetach"},
	{"-outform", "PEM", "-nodetach"}, {"-outform", "DER", "-nodetach", "-stream", "-indef"}, {"-outform", "DER", "-noattr", "-stream", "-indef"},
	{"-outform", "DER", "-keyid", "-cades"}, {"-outform", "DER", "-nodetach", "-nosmimecap", "-cades"},
}

func TestProofMessagesOfEngine(t *testing.T) {
	prove(t, func(c *trial) func(*trial) {
		root := c.authority()
		names, certificates := []string{"one", "two", "three"}, []*gost.Certificate(nil)
		for i, name := range names {
			cert, _ := c.signer(root, name, int64(10+i), c.key())
			certificates = append(certificates, cert)
		}
		return func(c *trial) {
			content, form, signers := c.rand.content(), forms[c.index%len(forms)], 1+c.rand.IntN(len(names))
			if slices.Contains(form, "-stream") && len(content) == 0 {
				content = []byte("\n") // OpenSSL cannot stream an empty file
			}
			c.Write("data", content)
			args := append([]string{"cms", "-sign", "-binary", "-in", "data", "-md", c.digest(), "-keyform", "DER", "-out", "theirs.p7s"}, form...)
			for _, name := range names[:signers] {
				args = append(args, "-signer", name+".pem", "-inkey", name+".der")
			}
			c.Run(args...)
			der := c.Read("theirs.p7s")
			m, err := gost.ParseCMS(der)
			if err != nil {
				c.bad(der, "%v: %v", form, err)
				return
			}
			given := content
			if m.Content != nil {
				if given = nil; !bytes.Equal(m.Content, content) {
					c.bad(der, "%v: read %x, signed was %x", form, m.Content, content)
				}
			}
			results, err := m.Verify(given)
			if err != nil || len(results) != signers {
				c.bad(der, "%v: %v, %d of %d signers", form, err, len(results), signers)
				return
			}
			seen := map[string]bool{}
			for _, r := range results {
				if r.Err != nil {
					c.bad(der, "%v: content %x: %v", form, content, r.Err)
					continue
				}
				seen[r.Certificate.SerialHex()] = true
				if _, err := r.Certificate.Verify(gost.VerifyOptions{Roots: []*gost.Certificate{root.cert}, At: early.AddDate(1, 0, 0)}); err != nil {
					c.bad(der, "%v: %v", form, err)
				}
			}
			for _, cert := range certificates[:signers] {
				if !seen[cert.SerialHex()] {
					c.bad(der, "%v: nobody signs as %s", form, cert.SerialHex())
				}
			}
			if results, err := m.Verify(append(bytes.Clone(content), 0)); err == nil && results[0].Err == nil {
				c.bad(der, "%v: another content is taken", form)
			}
		}
	})
}
