package ready

import (
	"crypto/rand"
	"errors"
	"math/big"
	"testing"
	"time"

	"signdesk/internal/gost"
)

// A trusted root that does not say that it is an authority, as old ones do not,
// is nobody's certificate: no authority stands above it.
func TestRootIsNobodys(t *testing.T) {
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	key, err := gost.GenerateKey(rand.Reader, gost.TC26A256)
	if err != nil {
		t.Fatal(err)
	}
	der, err := gost.CreateCertificate(rand.Reader, &gost.CertificateTemplate{Serial: big.NewInt(1), Subject: gost.Name{{Type: gost.OIDCommonName, Value: "УЦ"}},
		NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(1, 0, 0), IdentificationKind: -1}, nil, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	root, err := gost.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	if chain, err := NewTrust([]*gost.Certificate{root}).chain(root, nil, now); !errors.Is(err, gost.ErrNoIssuer) {
		t.Errorf("%v, %v", chain, err)
	}
}
