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
	return gost.CreateCRL(rand.Reader, s.Issuer.Cert, s.Issuer.Key, big.NewInt(now.Unix()), revoked, now, now.AddDate(0, 0, 1))
}

// Files serves what certificates point at: chain.pem, root.pem, ca.crt, crl.
func (s *Service) Files(mux *http.ServeMux) {
	give := func(path, kind string, content func() ([]byte, error)) {
		mux.Handle("GET /ca/"+path, s.Guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			b, err := content()
			if err != nil {
				s.Log.Error("serve "+path, "err", err)
				http.Error(w, "internal error", http.StatusInternalServerError)
				return
			}
			state.Quiet(w)
			w.Header().Set("Content-Type", kind)
			_, _ = w.Write(b)
		})))
	}
	give("root.pem", "application/x-pem-file", func() ([]byte, error) { return certPEM(s.Root.Cert), nil })
	give("chain.pem", "application/x-pem-file", func() ([]byte, error) {
		return append(certPEM(s.Issuer.Cert), certPEM(s.Root.Cert)...), nil
	})
	give("ca.crt", "application/pkix-cert", func() ([]byte, error) { return s.Issuer.Cert.Raw, nil })
	give("crl", "application/pkix-crl", s.CRL)
}

func certPEM(c *gost.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
}
