package gost

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// Every OCSP record of the published vectors is broken on purpose, in a way
// that the parser, the signature or the certificate's number shows. Each must
// be refused for that and for nothing else: the whole of its chain is given
// and the moment is the one at which it was made.
func TestVectorsOCSP(t *testing.T) {
	all := vectors(t, "ocsp")
	for _, v := range all {
		issuer := mustCertificate(t, readVector(t, v.Issuer))
		serial, ok := hexInt(v.Serial), true
		var err error
		r, err := ParseOCSPResponse(readVector(t, v.File))
		if err == nil {
			ok = len(r.Answers) == 1
			// The records name the certificate by its number only.
			c := &Certificate{Serial: serial, RawIssuer: issuer.RawSubject, NotAfter: issuer.NotAfter}
			_, err = r.Status(c, issuer, OCSPOptions{At: r.ProducedAt.Add(time.Second), TrustResponder: true})
		}
		verdict(t, v, err)
		if !ok {
			t.Errorf("%s: %d answers", v.ID, len(r.Answers))
		}
		t.Logf("%s: %v", v.ID, err)
	}
	t.Logf("%d records", len(all))
}

// With the halves of the signature put back the exchanged ones are what they
// were made from, and those are good: nothing else refuses their kin.
func TestVectorsOCSPRestored(t *testing.T) {
	for _, v := range vectors(t, "ocsp") {
		if !strings.HasSuffix(v.ID, "-swapped") {
			continue
		}
		der := bytes.Clone(readVector(t, v.File))
		sig := must[*OCSPResponse](t)(ParseOCSPResponse(der)).frame.signature
		at, half := bytes.Index(der, sig), len(sig)/2
		copy(der[at:], append(bytes.Clone(sig[half:]), sig[:half]...))
		r := must[*OCSPResponse](t)(ParseOCSPResponse(der))
		issuer := mustCertificate(t, readVector(t, v.Issuer))
		c := &Certificate{Serial: hexInt(v.Serial), RawIssuer: issuer.RawSubject, NotAfter: issuer.NotAfter}
		want := StatusGood
		if strings.Contains(v.ID, "revoked") {
			want = StatusRevoked
		}
		if s, err := r.Status(c, issuer, OCSPOptions{At: r.ProducedAt.Add(time.Second), TrustResponder: true}); err != nil || s.State != want {
			t.Errorf("%s: %+v, %v", v.ID, s, err)
		}
	}
}
