package ready_test

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"signdesk/internal/cert/ready"
	"signdesk/internal/ext/revocation"
	"signdesk/internal/ext/sim/pki"
	"signdesk/internal/gost"
)

// An authority whose own certificate its root has revoked is trusted no more,
// and while its root says nothing, neither does the certificate hold. F204.
func TestAuthorityRevoked(t *testing.T) {
	w := newWorld(t)
	root := w.sim.CA.Root
	var revoked []gost.RevokedEntry
	silent := true
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if silent {
			http.Error(rw, "later", http.StatusServiceUnavailable)
			return
		}
		list, err := gost.CreateCRL(rand.Reader, root.Cert, root.Key, big.NewInt(w.at.Unix()), revoked, w.at, w.at.AddDate(0, 0, 1))
		if err != nil {
			t.Error(err)
		}
		rw.Header().Set("Content-Type", "application/pkix-crl")
		_, _ = rw.Write(list)
	}))
	defer server.Close()
	key, err := gost.GenerateKey(rand.Reader, gost.CryptoProA)
	if err != nil {
		t.Fatal(err)
	}
	subject := append(gost.Name{}, w.sim.CA.Issuer.Cert.Subject...)
	subject[len(subject)-1].Value = "УЦ «Второй»"
	der, err := gost.CreateCertificate(rand.Reader, &gost.CertificateTemplate{Serial: big.NewInt(4711), Subject: subject, NotBefore: w.at.AddDate(-1, 0, 0), NotAfter: w.at.AddDate(5, 0, 0),
		IsCA: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign | x509.KeyUsageDigitalSignature, CRLURLs: []string{server.URL + "/root.crl"}, IdentificationKind: -1}, root.Cert, &key.PublicKey, root.Key)
	if err != nil {
		t.Fatal(err)
	}
	second, err := gost.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	// the simulated authority goes on under its second certificate
	w.sim.CA.Issuer = &pki.Identity{Key: key, Cert: second}
	w.sim.CA.Responder = w.sim.CA.Issuer
	w.client = revocation.New([]string{strings.TrimPrefix(server.URL, "http://"), strings.TrimPrefix(w.sim.CA.BaseURL, "http://")})
	u := w.made("valid")
	u.Content = append(u.Content, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...) // the file brings its link
	c, j, err := w.load(u, true)
	if err != nil {
		t.Fatalf("%v %+v", err, j)
	}
	again := w.follow(c.ID)
	w.want(c.ID, ready.Unchecked, false)
	silent = false
	w.at = w.at.Add(again)
	w.follow(c.ID)
	w.want(c.ID, ready.Valid, true)
	revoked = append(revoked, gost.RevokedEntry{Serial: second.Serial, At: w.at, Reason: 2})
	w.at = w.at.AddDate(0, 0, 1)
	w.follow(c.ID)
	if c := w.want(c.ID, ready.Untrusted, false); !strings.Contains(c.StatusText, "самого УЦ") || !strings.Contains(c.StatusText, "скомпрометирован") {
		t.Error(c.StatusText)
	}
}
