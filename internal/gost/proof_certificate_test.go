package gost_test

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"signdesk/internal/gost"
)

// authority is a certification authority: of ours, or the engine's when the
// files ca.pem and ca.key are its.
type authority struct {
	cert *gost.Certificate
	key  *gost.PrivateKey
}

var (
	early = time.Date(1951, 1, 1, 0, 0, 0, 0, time.UTC)
	late  = time.Date(2151, 12, 31, 23, 59, 59, 0, time.UTC)
)

// authority makes a root of ours and writes it to ca.pem.
func (c *trial) authority() authority {
	c.Helper()
	key := c.key()
	der := must(gost.CreateCertificate(c.rand, &gost.CertificateTemplate{Serial: big.NewInt(1), Subject: c.rand.name(), NotBefore: early, NotAfter: late,
		IsCA: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, IdentificationKind: -1}, nil, &key.PublicKey, key))(c)
	c.Write("ca.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	return authority{must(gost.ParseCertificate(der))(c), key}
}

const authorityConfig = `[req]
distinguished_name = dn
string_mask = utf8only
[dn]
[v3_ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[ca]
default_ca = one
[one]
database = index.txt
new_certs_dir = .
serial = serial
crlnumber = crlnumber
unique_subject = no
policy = any
[any]
commonName = supplied
`

// engineAuthority lets the engine make a root into ca.pem and ca.key.
func (c *trial) engineAuthority() authority {
	c.Helper()
	key := c.engineKey("ca.der")
	c.Run("pkey", "-inform", "DER", "-in", "ca.der", "-out", "ca.key")
	c.Write("ca.cnf", []byte(authorityConfig))
	c.Write("index.txt", nil)
	c.Run("req", "-x509", "-new", "-config", "ca.cnf", "-extensions", "v3_ca", "-key", "ca.key", "-days", "30", "-utf8",
		"-subj", subjectArgument(c.rand.name()), "-out", "ca.pem")
	cert := must(gost.ParseCertificate(c.Read("ca.pem")))(c)
	if !cert.SelfSigned() || !cert.IsCA {
		c.bad(cert.Raw, "the engine's root does not verify")
	}
	cert.NotBefore, cert.NotAfter = early, late // a root begins today when the engine makes it; dates of leaves are random
	return authority{cert, key}
}

// serial is 1 to 20 bytes, with the first bit set or not.
func (s *source) serial() *big.Int {
	n := new(big.Int).SetBytes(s.bytes(1 + s.IntN(20)))
	if n.Rsh(n, 1); n.Sign() == 0 {
		return big.NewInt(128)
	}
	return n
}

// period lies between early and late, on both sides of 2050.
func (s *source) period() (from, to time.Time) {
	span := late.Unix() - early.Unix()
	a, b := early.Unix()+s.Int64N(span), early.Unix()+s.Int64N(span)
	return time.Unix(min(a, b), 0).UTC(), time.Unix(max(a, b)+1, 0).UTC()
}

func (s *source) oids() (all []asn1.ObjectIdentifier) {
	for i := range s.IntN(4) {
		all = append(all, asn1.ObjectIdentifier{1, 2, 643, 100, 113, i + 1, s.IntN(1 << 30)})
	}
	return all
}

func (s *source) urls(what string) (all []string) {
	for i := range s.IntN(3) {
		all = append(all, fmt.Sprintf("http://ca%d.example.test/%s/%x", i, what, s.bytes(8)))
	}
	return all
}

// template is a leaf certificate of any contents.
func (s *source) template() *gost.CertificateTemplate {
	t := &gost.CertificateTemplate{
		Serial: s.serial(), Subject: s.name(), KeyUsage: x509.KeyUsage(1 + s.IntN(1<<9-1)), ExtKeyUsage: s.oids(), Policies: s.oids(),
		CRLURLs: s.urls("crl"), CAURLs: s.urls("crt"), OCSPURLs: s.urls("ocsp"), SubjectSignTool: s.words(5), IdentificationKind: s.IntN(5) - 1,
		ExtraExtensions: s.extensions(),
	}
	t.NotBefore, t.NotAfter = s.period()
	return t
}

func TestProofCertificatesOfOurs(t *testing.T) {
	prove(t, func(c *trial) func(*trial) {
		root := c.authority()
		return func(c *trial) {
			template := c.rand.template()
			template.KeyUsage &^= x509.KeyUsageCertSign // not without being an authority
			der := must(gost.CreateCertificate(c.rand, template, root.cert, &c.otherKey().PublicKey, root.key))(c)
			c.Write("leaf.der", der)
			if out, err := c.Try("verify", "-x509_strict", "-attime", strconv.FormatInt(template.NotBefore.Unix(), 10), "-CAfile", "ca.pem", "leaf.der"); err != nil {
				c.bad(der, "the engine refuses it: %s", out)
			}
			out := c.Run("x509", "-inform", "DER", "-in", "leaf.der", "-noout", "-subject", "-serial", "-dates", "-dateopt", "iso_8601", "-nameopt", plainNames)
			for _, want := range []string{plainName(template.Subject), fmt.Sprintf("serial=%0*X\n", 2*((template.Serial.BitLen()+7)/8), template.Serial),
				"notBefore=" + template.NotBefore.Format(time.DateTime) + "Z", "notAfter=" + template.NotAfter.Format(time.DateTime) + "Z"} {
				if !strings.Contains(out, want) {
					c.bad(der, "asked for %s, the engine reads\n%s", want, out)
				}
			}
			der[len(der)-1-c.rand.IntN(len(der)-4)] ^= 0x20
			c.Write("bad.der", der)
			if _, err := c.Try("verify", "-attime", strconv.FormatInt(template.NotBefore.Unix(), 10), "-CAfile", "ca.pem", "bad.der"); err == nil {
				c.bad(der, "the engine takes a broken certificate")
			}
		}
	})
}

func TestProofCertificatesOfEngine(t *testing.T) {
	prove(t, func(c *trial) func(*trial) {
		root := c.engineAuthority()
		leaf := c.engineKey("leaf.key")
		return func(c *trial) {
			want := c.rand.template()
			c.Write("ext.cnf", extensionLines(want))
			c.Write("index.txt", nil) // short serial numbers may come again
			c.Write("serial", fmt.Appendf(nil, "%0*X\n", 2*((want.Serial.BitLen()+7)/8), want.Serial))
			c.Run("req", "-new", "-config", "ca.cnf", "-key", "leaf.key", "-keyform", "DER", "-utf8", "-subj", subjectArgument(want.Subject), "-out", "leaf.csr")
			c.Run("ca", "-batch", "-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca.key", "-md", c.digest(), "-preserveDN", "-notext", "-utf8",
				"-startdate", want.NotBefore.Format("20060102150405Z"), "-enddate", want.NotAfter.Format("20060102150405Z"),
				"-extfile", "ext.cnf", "-extensions", "leaf", "-in", "leaf.csr", "-out", "leaf.pem")
			got, err := gost.ParseCertificate(c.Read("leaf.pem"))
			if err != nil {
				c.bad(c.Read("leaf.pem"), "%v", err)
				return
			}
			if chain, err := got.Verify(gost.VerifyOptions{Roots: []*gost.Certificate{root.cert}, At: want.NotBefore}); err != nil || len(chain) != 2 {
				c.bad(got.Raw, "%v", err)
			}
			if wrong := differences(want, got); wrong != "" || !got.PublicKey.Equal(&leaf.PublicKey) || !bytes.Equal(got.AuthorityKeyID, root.cert.SubjectKeyID) {
				c.bad(got.Raw, "%s", wrong)
			}
		}
	})
}

// extensionLines is the template in OpenSSL's configuration.
func extensionLines(t *gost.CertificateTemplate) []byte {
	var b bytes.Buffer
	fmt.Fprintln(&b, "[leaf]\nsubjectKeyIdentifier = hash\nauthorityKeyIdentifier = keyid")
	var usage []string
	for i, name := range []string{"digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement", "keyCertSign", "cRLSign", "encipherOnly", "decipherOnly"} {
		if t.KeyUsage>>i&1 == 1 {
			usage = append(usage, name)
		}
	}
	fmt.Fprintf(&b, "keyUsage = critical, %s\n", strings.Join(usage, ","))
	list := func(key, prefix string, values []string) {
		if len(values) > 0 {
			fmt.Fprintf(&b, "%s = %s%s\n", key, prefix, strings.Join(values, ","+prefix))
		}
	}
	list("extendedKeyUsage", "", texts(t.ExtKeyUsage))
	list("certificatePolicies", "", texts(t.Policies))
	list("crlDistributionPoints", "URI:", t.CRLURLs)
	var access []string
	for _, url := range t.OCSPURLs {
		access = append(access, "OCSP;URI:"+url)
	}
	for _, url := range t.CAURLs {
		access = append(access, "caIssuers;URI:"+url)
	}
	list("authorityInfoAccess", "", access)
	tool, _ := asn1.MarshalWithParams(t.SubjectSignTool, "utf8")
	fmt.Fprintf(&b, "1.2.643.100.111 = DER:%x\n", tool)
	if t.IdentificationKind >= 0 {
		fmt.Fprintf(&b, "1.2.643.100.114 = ASN1:INTEGER:%d\n", t.IdentificationKind)
	}
	b.Write(configLines(t.ExtraExtensions))
	return b.Bytes()
}

func texts(oids []asn1.ObjectIdentifier) (all []string) {
	for _, oid := range oids {
		all = append(all, oid.String())
	}
	return all
}

// differences names what the certificate says otherwise than the template.
func differences(want *gost.CertificateTemplate, got *gost.Certificate) string {
	var wrong []string
	check := func(name string, same bool) {
		if !same {
			wrong = append(wrong, name)
		}
	}
	check("serial", want.Serial.Cmp(got.Serial) == 0)
	check("subject", sameName(want.Subject, got.Subject))
	check("dates", want.NotBefore.Equal(got.NotBefore) && want.NotAfter.Equal(got.NotAfter))
	check("key usage", want.KeyUsage == got.KeyUsage)
	check("extended key usage", slices.Equal(texts(want.ExtKeyUsage), texts(got.ExtKeyUsage)))
	check("policies", slices.Equal(texts(want.Policies), texts(got.Policies)))
	check("addresses", slices.Equal(want.CRLURLs, got.CRLURLs) && slices.Equal(want.CAURLs, got.CAURLs) && slices.Equal(want.OCSPURLs, got.OCSPURLs))
	check("sign tool", want.SubjectSignTool == got.SubjectSignTool)
	check("identification", want.IdentificationKind == got.IdentificationKind)
	check("unknown extensions", len(got.Extensions) >= len(want.ExtraExtensions) &&
		sameExtensions(want.ExtraExtensions, got.Extensions[len(got.Extensions)-len(want.ExtraExtensions):]))
	return strings.Join(wrong, ", ")
}
