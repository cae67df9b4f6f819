package gost

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"math/big"
	"testing"
	"time"

	"golang.org/x/crypto/cryptobyte"
)

const timestampConf = `[tsa]
serial = serial
crypto_device = builtin
default_policy = 1.2.3.4.1
digests = md_gost12_256, md_gost12_512, sha256
accuracy = secs:1, millisecs:500
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
`

// A token of openssl's authority over one of our signatures makes CAdES-T.
func TestOpenSSLTimestamp(t *testing.T) {
	o := newOpenSSL(t)
	o.write("ts.cnf", []byte(timestampConf))
	now := time.Now()
	a := newAuthority(t, TC26A256, now)
	s := o.signatory("Anna", a, 9)
	o.authorityFile(a)
	der := must[[]byte](t)(SignCMS(rand.Reader, contentBytes, s.cert, s.key, SignOptions{SigningTime: now}))
	m := must[*SignedData](t)(ParseCMS(der))
	o.write("value", m.Signers[0].value)
	o.write("another", contentBytes)

	purpose := must[pkix.Extension](t)(extension(oidExtKeyUsage, true, func(b *builder) {
		b.AddASN1(0x30, func(b *builder) { b.AddASN1ObjectIdentifier(OIDTimeStamping) })
	}))
	for name, curve := range map[string]*Curve{"md_gost12_256": CryptoProXA, "md_gost12_512": TC26B512} {
		key := must[*PrivateKey](t)(GenerateKey(rand.Reader, curve))
		o.write("tsa.key", must[[]byte](t)(MarshalPrivateKey(key)))
		o.write("tsa.der", must[[]byte](t)(CreateCertificate(rand.Reader, &CertificateTemplate{Serial: big.NewInt(12), Subject: Name{{OIDCommonName, "TSA"}},
			NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour), KeyUsage: x509.KeyUsageDigitalSignature, IdentificationKind: -1,
			ExtraExtensions: []pkix.Extension{purpose}}, a.cert, &key.PublicKey, a.key)))
		o.run("x509", "-inform", "DER", "-in", "tsa.der", "-out", "tsa.pem")
		o.run("pkey", "-inform", "DER", "-in", "tsa.key", "-out", "tsakey.pem")
		token := func(data, hash, certs string) []byte {
			o.write("serial", []byte("0A\n"))
			query := []string{"ts", "-query", "-data", data, "-" + hash, "-out", "query"}
			if certs != "" {
				query = append(query, certs)
			}
			o.run(query...)
			conf := append([]byte(timestampConf), "signer_digest = "+name+"\n"...)
			o.write("ts.cnf", conf)
			o.run("ts", "-reply", "-config", "ts.cnf", "-section", "tsa", "-queryfile", "query", "-signer", "tsa.pem", "-inkey", "tsakey.pem", "-token_out", "-out", "token")
			return o.read("token")
		}
		good := token("value", name, "-cert")
		for what, tt := range map[string]struct {
			token   []byte
			imprint bool
			err     error
		}{
			"good":                    {good, true, nil},
			"SHA-256 imprint":         {token("value", "sha256", "-cert"), true, nil},
			"over other bytes":        {token("another", name, "-cert"), false, ErrTimestamp},
			"without the certificate": {token("value", name, ""), true, ErrNoSigner},
			"broken":                  {flip(good, len(good)-3), true, ErrSignature},
			"no token":                {der, false, ErrTimestamp},
		} {
			r := must[*SignedData](t)(ParseCMS(withUnsigned(t, der, attr(t, oidTimestamp, tt.token))))
			results, err := r.Verify(nil)
			if err != nil || results[0].Err != nil || len(results[0].Timestamps) != 1 {
				t.Fatal(name, what, err, results)
			}
			stamp := results[0].Timestamps[0]
			if !errors.Is(stamp.Err, tt.err) || stamp.ImprintOK != tt.imprint || tt.imprint && stamp.At.Sub(now).Abs() > time.Minute {
				t.Errorf("%s %s: %+v", name, what, stamp)
			}
			if tt.err == nil && (stamp.Serial.Int64() != 11 || stamp.Policy.String() != "1.2.3.4.1" || stamp.Authority.Certificate.Subject.Get(OIDCommonName) != "TSA") {
				t.Errorf("%s %s: %+v", name, what, stamp)
			}
		}
	}
}

// withUnsigned hangs unsigned attributes on the one signature of a message.
func withUnsigned(t testing.TB, der []byte, attributes ...[]byte) []byte {
	t.Helper()
	m := must[messageParts](t)(splitMessage(der))
	info, body := cryptobyte.String(m.signers[0]), cryptobyte.String(nil)
	info.ReadASN1(&body, 0x30)
	m.signers[0] = appendElement(0x30, append(bytes.Clone(body), appendElement(0xa1, bytes.Join(attributes, nil))...))
	return must[[]byte](t)(m.marshal())
}

// An ordinary signer is no authority of time, nor is one whose certificate is
// for something else too.
func TestTimestampPurpose(t *testing.T) {
	a := newAuthority(t, TC26A256, noon)
	key := must[*PrivateKey](t)(GenerateKey(rand.Reader, TC26A256))
	info := must[[]byte](t)(sequence(func(b *builder) {
		b.AddASN1Int64(1)
		b.AddASN1ObjectIdentifier(oidData)
		b.AddASN1(0x30, func(b *builder) {
			addAlgorithm(b, oidDigest256)
			b.AddASN1OctetString(key.digest(contentBytes))
		})
		b.AddASN1Int64(1)
		b.AddBytes(appendElement(0x18, []byte("20261122101112.25Z")))
	}))
	content := must[[]byte](t)(sequence(func(b *builder) {
		b.AddASN1ObjectIdentifier(oidTSTInfo)
		b.AddASN1(context0, func(b *builder) { b.AddASN1OctetString(info) })
	}))
	for _, tt := range []struct {
		critical bool
		purposes []asn1.ObjectIdentifier
		want     error
	}{
		{true, []asn1.ObjectIdentifier{OIDTimeStamping}, nil},
		{false, []asn1.ObjectIdentifier{OIDTimeStamping}, ErrTimestamp},
		{true, []asn1.ObjectIdentifier{OIDTimeStamping, OIDEmailProtection}, ErrTimestamp},
		{true, []asn1.ObjectIdentifier{oidAnyUsage}, ErrTimestamp},
		{true, []asn1.ObjectIdentifier{OIDEmailProtection}, ErrTimestamp},
	} {
		purpose := must[pkix.Extension](t)(extension(oidExtKeyUsage, tt.critical, func(b *builder) {
			b.AddASN1(0x30, func(b *builder) {
				for _, oid := range tt.purposes {
					b.AddASN1ObjectIdentifier(oid)
				}
			})
		}))
		cert := mustCertificate(t, must[[]byte](t)(CreateCertificate(rand.Reader, &CertificateTemplate{Serial: big.NewInt(9), Subject: person,
			NotBefore: noon, NotAfter: noon.Add(time.Hour), IdentificationKind: -1, ExtraExtensions: []pkix.Extension{purpose}}, a.cert, &key.PublicKey, a.key)))
		m := messageParts{version: 3, content: content}
		if err := m.sign(rand.Reader, info, oidTSTInfo, Signatory{cert, key}, SignOptions{SigningTime: noon}); err != nil {
			t.Fatal(err)
		}
		stamp := verifyTimestamp(must[[]byte](t)(m.marshal()), bytes.NewReader(contentBytes), nil)
		if !stamp.ImprintOK || stamp.Authority.Err != nil || !errors.Is(stamp.Err, tt.want) || stamp.At.Nanosecond() != 250_000_000 {
			t.Errorf("critical %t, %v: %+v", tt.critical, tt.purposes, stamp)
		}
	}
}
