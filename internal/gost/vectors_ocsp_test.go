package gost

import (
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
			_, err = r.Status(c, issuer, OCSPOptions{At: r.ProducedAt.Add(time.Second), Freshness: Freshness{MaxAge: time.Hour}})
		}
		verdict(t, v, err)
		if !ok {
			t.Errorf("%s: %d answers", v.ID, len(r.Answers))
		}
		t.Logf("%s: %v", v.ID, err)
	}
	t.Logf("%d records", len(all))
}
