package gost

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// signatory is a signer whose files openssl can use.
type signatory struct {
	name string
	cert *Certificate
	key  *PrivateKey
}

func (o *openssl) signatory(name string, a *authority, serial int64) signatory {
	o.t.Helper()
	cert, key := a.issue(o.t, Name{{OIDCommonName, name}, {OIDCountry, "RU"}}, serial)
	o.write(name+".der", cert.Raw)
	o.write(name+".key", must[[]byte](o.t)(MarshalPrivateKey(key)))
	o.run("x509", "-inform", "DER", "-in", name+".der", "-out", name+".pem")
	return signatory{name, cert, key}
}

// authorityFile writes the roots openssl shall trust.
func (o *openssl) authorityFile(all ...*authority) {
	o.t.Helper()
	var pems []byte
	for _, a := range all {
		o.write("ca.der", a.cert.Raw)
		o.run("x509", "-inform", "DER", "-in", "ca.der", "-out", "one.pem")
		pems = append(pems, o.read("one.pem")...)
	}
	o.write("ca.pem", pems)
}

// verifies reports what openssl says about a message of ours.
func (o *openssl) verifies(der []byte, detached bool, more ...string) error {
	o.t.Helper()
	o.write("ours.p7s", der)
	args := append([]string{"cms", "-verify", "-binary", "-inform", "DER", "-in", "ours.p7s", "-CAfile", "ca.pem", "-purpose", "any", "-out", "out"}, more...)
	if detached {
		args = append(args, "-content", "data")
	}
	os.Remove(o.dir + "/out")
	if out, err := o.try(args...); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	if !bytes.Equal(o.read("out"), contentBytes) {
		return errors.New("openssl reads another content")
	}
	return nil
}

// agreed checks that every signature of the message is good, over the right
// content only, and made by these.
func agreed(t *testing.T, name string, b []byte, by ...signatory) *SignedData {
	t.Helper()
	m, err := ParseCMS(b)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return nil
	}
	if m.Content != nil && !bytes.Equal(m.Content, contentBytes) {
		t.Errorf("%s: another content", name)
	}
	results, err := m.Verify(contentBytes)
	if err != nil || len(results) != len(by) {
		t.Errorf("%s: %v, %d signers", name, err, len(results))
		return m
	}
	seen := map[string]bool{}
	for _, r := range results {
		if r.Err != nil || !r.DigestOK || !r.SignatureOK || !r.AttributesOK {
			t.Errorf("%s: %+v", name, r)
			continue
		}
		seen[r.Certificate.Subject.Get(OIDCommonName)] = true
	}
	for _, s := range by {
		if !seen[s.name] {
			t.Errorf("%s: no signature of %s", name, s.name)
		}
	}
	if m.Content != nil {
		return m
	}
	results, err = m.VerifyReader(strings.NewReader(string(contentBytes) + "!"))
	if err != nil {
		t.Errorf("%s: %v", name, err)
	}
	for i, r := range results {
		want := ErrSignature
		if m.Signers[i].Signed != nil {
			want = ErrContent
		}
		if !errors.Is(r.Err, want) || r.DigestOK {
			t.Errorf("%s: another content: %+v", name, r)
		}
	}
	return m
}

// messageShapes are the forms openssl can write a message in.
var messageShapes = []struct {
	flags string
	every bool // tried with every parameter set, the others with the first of each size
}{
	{"-outform DER", true}, {"-outform PEM", false}, {"-outform DER -nodetach", false}, {"-outform PEM -nodetach", false},
	{"-outform DER -noattr", true}, {"-outform DER -noattr -nodetach", false},
	{"-outform DER -nodetach -stream", true}, {"-outform DER -nodetach -noattr -stream", false}, {"-outform PEM -stream", false},
	{"-outform DER -keyid -cades", true}, {"-outform DER -cades -nosmimecap -nodetach", false}, {"-outform DER -keyid -noattr", false},
}

// openssl's messages in our eyes, by one and by two signers, without the
// certificate, and with a signature added by either side.
func TestOpenSSLMessages(t *testing.T) {
	eachSet(t, func(o *openssl, i int) {
		s, t := engineSets[i], o.t
		ca := newAuthority(t, s.curve, time.Now())
		a, b := o.signatory("Anna", ca, 77), o.signatory("Boris", ca, 78)
		o.write("data", contentBytes)
		o.authorityFile(ca)
		sign := func(flags ...string) []string {
			return append([]string{"cms", "-sign", "-binary", "-in", "data", "-signer", "Anna.pem", "-inkey", "Anna.key", "-keyform", "DER",
				"-md", "md_gost12_" + s.algorithm[len("gost2012_"):], "-out", "theirs.p7s"}, flags...)
		}
		second := []string{"-signer", "Boris.pem", "-inkey", "Boris.key"}
		whole := i == 0 || s.curve == TC26A512
		for _, shape := range messageShapes {
			if !whole && !shape.every {
				continue
			}
			name, flags := shape.flags, strings.Fields(shape.flags)
			o.run(sign(flags...)...)
			m := agreed(t, name, o.read("theirs.p7s"), a)
			if strings.Contains(name, "noattr") == (m.Signers[0].Signed != nil) {
				t.Errorf("%s: signed attributes %v", name, m.Signers[0].Signed)
			}
			results, _ := m.Verify(contentBytes)
			if results[0].SigningTime.IsZero() != strings.Contains(name, "noattr") || results[0].CAdES != strings.Contains(name, "cades") {
				t.Errorf("%s: time %v, CAdES %v", name, results[0].SigningTime, results[0].CAdES)
			}

			o.run(sign(append(flags, second...)...)...)
			agreed(t, name+" by two", o.read("theirs.p7s"), a, b)
			if whole {
				o.withoutCertificate(name, sign(append(flags, "-nocerts")...), ca, a, b)
			}
			if strings.Contains(name, "DER") && !strings.Contains(name, "noattr") {
				o.run(sign(flags...)...)
				o.run("cms", "-resign", "-binary", "-inform", "DER", "-in", "theirs.p7s", "-signer", "Boris.pem", "-inkey", "Boris.key", "-keyform", "DER", "-outform", "DER", "-out", "again.p7s")
				agreed(t, name+" resigned", o.read("again.p7s"), a, b)
				// The same act of ours on a message of theirs.
				der := must[[]byte](t)(AddSignature(rand.Reader, o.read("theirs.p7s"), contentBytes, Signatory{b.cert, b.key}, SignOptions{SigningTime: time.Now()}))
				agreed(t, name+" with our addition", der, a, b)
				if err := o.verifies(der, !strings.Contains(name, "nodetach")); err != nil {
					t.Errorf("%s with our addition: %v", name, err)
				}
			}
		}
	})
}

func (o *openssl) withoutCertificate(name string, sign []string, ca *authority, a, b signatory) {
	o.run(sign...)
	m := must[*SignedData](o.t)(ParseCMS(o.read("theirs.p7s")))
	if results, err := m.Verify(contentBytes); err != nil || !errors.Is(results[0].Err, ErrNoSigner) {
		o.t.Errorf("%s without certificates: %v %+v", name, err, results)
	}
	m.Certificates = append(m.Certificates, ca.cert, b.cert, a.cert)
	if results, err := m.Verify(contentBytes); err != nil || results[0].Err != nil {
		o.t.Errorf("%s with the certificate from elsewhere: %v %+v", name, err, results)
	}
}

// Our messages in the engine's eyes: each form by one, by two at once, and
// with a signature added later.
func TestOpenSSLReadsOurMessages(t *testing.T) {
	eachSet(t, func(o *openssl, i int) {
		t, now := o.t, time.Now()
		ca := newAuthority(t, engineSets[i].curve, now)
		a, b := o.signatory("Anna", ca, 77), o.signatory("Boris", ca, 78)
		o.write("data", contentBytes)
		o.authorityFile(ca)
		for _, detached := range []bool{false, true} {
			for _, at := range []time.Time{{}, now} {
				options := SignOptions{Detached: detached, SigningTime: at, Chain: []*Certificate{ca.cert}}
				one := must[[]byte](t)(SignCMS(rand.Reader, contentBytes, a.cert, a.key, options))
				two := must[[]byte](t)(SignCMSTogether(rand.Reader, contentBytes, []Signatory{{a.cert, a.key}, {b.cert, b.key}}, options))
				added := must[[]byte](t)(AddSignature(rand.Reader, one, contentBytes, Signatory{b.cert, b.key}, options))
				var flags []string
				if !at.IsZero() {
					flags = []string{"-cades"}
				}
				agreed(t, "one", one, a)
				for name, der := range map[string][]byte{"one": one, "two": two, "added": added} {
					if err := o.verifies(der, detached, flags...); err != nil {
						t.Errorf("%s, detached %v, time %v: %v", name, detached, at, err)
					}
					if name != "one" {
						agreed(t, name, der, a, b)
					}
					if o.verifies(flip(der, len(der)-9), detached, flags...) == nil {
						t.Errorf("%s: openssl takes a broken one", name)
					}
				}
				if raw := must[messageParts](t)(splitMessage(one)).signers[0]; !bytes.Contains(added, raw) {
					t.Error("the first signature changed when the second came")
				}
			}
		}
	})
}

// Keys of different sizes and sets sign together; RSA may stand beside.
func TestOpenSSLMixedMessages(t *testing.T) {
	o := newOpenSSL(t)
	now := time.Now()
	short, long := newAuthority(t, CryptoProXA, now), newAuthority(t, TC26B512, now)
	a, b := o.signatory("Anna", short, 5), o.signatory("Boris", long, 6)
	o.write("data", contentBytes)
	o.authorityFile(short, long)
	der := must[[]byte](t)(SignCMSTogether(rand.Reader, contentBytes, []Signatory{{a.cert, a.key}, {b.cert, b.key}}, SignOptions{Detached: true, SigningTime: now}))
	agreed(t, "256 and 512", der, a, b)
	if err := o.verifies(der, true, "-cades"); err != nil {
		t.Error(err)
	}
	o.run("cms", "-sign", "-binary", "-in", "data", "-signer", "Boris.pem", "-inkey", "Boris.key", "-signer", "Anna.pem", "-inkey", "Anna.key", "-keyform", "DER", "-outform", "DER", "-out", "theirs.p7s")
	agreed(t, "512 and 256 of openssl", o.read("theirs.p7s"), a, b)
	if _, err := AddSignature(rand.Reader, der, []byte("other"), Signatory{a.cert, a.key}, SignOptions{}); !errors.Is(err, ErrContent) {
		t.Errorf("signed another content: %v", err)
	}

	o.run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "rsa.key", "-out", "rsa.pem", "-subj", "/CN=Foreign", "-config", "req.cnf")
	o.run("pkcs8", "-topk8", "-nocrypt", "-in", "rsa.key", "-outform", "DER", "-out", "rsa.der")
	o.run("cms", "-sign", "-binary", "-in", "data", "-signer", "rsa.pem", "-inkey", "rsa.der", "-keyform", "DER", "-outform", "DER", "-out", "rsa.p7s")
	der = must[[]byte](t)(AddSignature(rand.Reader, o.read("rsa.p7s"), contentBytes, Signatory{a.cert, a.key}, SignOptions{SigningTime: now}))
	m := must[*SignedData](t)(ParseCMS(der))
	results, err := m.Verify(contentBytes)
	if err != nil || len(results) != 2 || len(m.Certificates) != 2 {
		t.Fatal(err, len(results), len(m.Certificates))
	}
	for _, r := range results {
		if foreign := r.SignatureOID.String() == "1.2.840.113549.1.1.1"; errors.Is(r.Err, ErrNotGOST) != foreign || foreign == (r.Err == nil) {
			t.Errorf("%+v", r)
		}
	}
	o.write("ca.pem", append(o.read("ca.pem"), o.read("rsa.pem")...))
	if err := o.verifies(der, true); err != nil {
		t.Error(err)
	}
}
