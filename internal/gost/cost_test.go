package gost

import (
	"bytes"
	"crypto/rand"
	"encoding/asn1"
	"math/big"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// allocated is how many bytes f asks for, the freed ones included.
func allocated(f func()) int {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return int(after.TotalAlloc - before.TotalAlloc)
}

// A file of white space with a little base64 takes no more memory than another.
func TestSpacedBase64(t *testing.T) {
	file := bytes.Repeat([]byte("A \n"), 1<<20)
	if n := allocated(func() { ParseCMS(file) }); n > 4*len(file) {
		t.Errorf("%d bytes for a file of %d", n, len(file))
	}
}

// Signers and certificates of one number and of long names that almost agree
// are not read again for every pair.
func TestManyNames(t *testing.T) {
	by := newAuthority(t, CryptoProA, noon)
	cert, key := by.issue(t, person, 9)
	message := must[*SignedData](t)(ParseCMS(must[[]byte](t)(SignCMS(rand.Reader, contentBytes, cert, key, SignOptions{}))))
	long := make(Name, 50)
	for i := range long {
		long[i] = Attribute{OIDOrganization, strings.Repeat("я", 500)}
	}
	named := func(s string) []byte { return must[[]byte](t)(append(long, Attribute{OIDCommonName, s}).Marshal()) }
	one := message.Signers[0]
	one.RawIssuer = named("one")
	one.issuerForm = nameForm(one.RawIssuer)
	other := *cert
	other.RawIssuer = named("other")
	other.issuerForm = nameForm(other.RawIssuer)
	message.Certificates, message.Signers = nil, nil
	for range 50 {
		message.Certificates, message.Signers = append(message.Certificates, &other), append(message.Signers, one)
	}
	if n := allocated(func() { message.Verify(nil) }); n > 50*len(one.RawIssuer) {
		t.Errorf("%d bytes for names of %d", n, len(one.RawIssuer))
	}
}

// Policies are compared each with each, so there may not be any number of them.
func TestManyPolicies(t *testing.T) {
	by := newAuthority(t, CryptoProA, noon)
	for n, want := range map[int]bool{maxPolicies: true, maxPolicies + 1: false} {
		tpl := CertificateTemplate{Serial: big.NewInt(2), Subject: Name{{OIDCommonName, strconv.Itoa(n)}}, NotBefore: noon, NotAfter: noon.AddDate(1, 0, 0)}
		for i := range n {
			tpl.Policies = append(tpl.Policies, asn1.ObjectIdentifier{1, 2, i})
		}
		der := must[[]byte](t)(CreateCertificate(rand.Reader, &tpl, by.cert, &by.key.PublicKey, by.key))
		if _, err := ParseCertificate(der); (err == nil) != want {
			t.Errorf("%d policies: %v", n, err)
		}
	}
}
