package ca

import (
	"crypto/rand"
	"encoding/pem"
	"math/big"
	"net/http"
	"time"

	"signdesk/internal/ext/sim/state"
	"signdesk/internal/gost"
)

// CRL makes the list of revoked certificates as of now, good for a day.
func (s *Service) CRL() ([]byte, error) {
	var revoked []gost.RevokedEntry
	err := s.Store.View(func(tx *tx) error {
		return state.Each(tx, s.Bucket("certs"), func(serial string, c certificate) (bool, error) {
			if n, ok := new(big.Int).SetString(serial, 16); ok && !c.RevokedAt.IsZero() {
				revoked = append(revoked, gost.RevokedEntry{Serial: n, At: c.RevokedAt, Reason: c.Reason})
			}
			return true, nil
		})
	})
	if err != nil {
		return nil, err
	}
	now := s.Now().UTC().Truncate(time.Second)
	k := s.Lists.Knobs()
	if k.Stale {
		now = now.AddDate(0, 0, -2)
	}
	list, err := gost.CreateCRL(rand.Reader, s.Issuer.Cert, s.Issuer.Key, big.NewInt(now.Unix()), revoked, now, now.AddDate(0, 0, 1))
	if err == nil && k.WrongSignature {
		list[len(list)-1] ^= 1
	}
	return list, err
}

// Files serves what certificates point at: chain.pem, root.pem, ca.crt, crl and OCSP.
func (s *Service) Files(mux *http.ServeMux) {
	give := func(on *state.System, path, kind string, content func() ([]byte, error)) {
		mux.Handle("GET /ca/"+path, on.Guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			b, err := content()
			if err != nil {
				s.Log.Error("serve "+path, "err", err)
				http.Error(w, "internal error", http.StatusInternalServerError)
				return
			}
			if on == s.System {
				state.Quiet(w)
			}
			w.Header().Set("Content-Type", kind)
			_, _ = w.Write(b)
		})))
	}
	give(s.System, "root.pem", "application/x-pem-file", func() ([]byte, error) { return certPEM(s.Root.Cert), nil })
	give(s.System, "chain.pem", "application/x-pem-file", func() ([]byte, error) {
		return append(certPEM(s.Issuer.Cert), certPEM(s.Root.Cert)...), nil
	})
	give(s.System, "ca.crt", "application/pkix-cert", func() ([]byte, error) { return s.Issuer.Cert.Raw, nil })
	give(s.Lists, "crl", "application/pkix-crl", s.CRL)
	mux.Handle("POST /ca/ocsp", s.OCSP.Guard(http.HandlerFunc(s.postOCSP)))
	mux.Handle("GET /ca/ocsp/{request...}", s.OCSP.Guard(http.HandlerFunc(s.getOCSP)))
}

func certPEM(c *gost.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
}
