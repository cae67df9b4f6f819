package cert_test

import (
	"bytes"
	"crypto/rand"
	"testing"

	"github.com/google/uuid"

	"signdesk/internal/cert"
	"signdesk/internal/fault"
	"signdesk/internal/gost"
	"signdesk/internal/issuance"
	"signdesk/internal/issuance/casetest"
	"signdesk/internal/org/orgtest"
)

// The certificate goes beside its own key and nowhere else: F205, F206.
func TestInstalled(t *testing.T) {
	k, now := desk(t)
	c := k.Client(orgtest.Romashka).Open().Approved().Prepare().Request().Issue()
	x := c.Load().Certificate
	env, err := issuance.InstallOperation(t.Context(), k.DB, k.By(), now.at, k.Rules, c.ID, cert.Desk{Origin: "http://example.com", Pairing: casetest.Pairing})
	if err != nil {
		t.Fatal(err)
	}
	p := casetest.Read(t, env)
	if p.Kind != "install" || !bytes.Equal(p.Install.Certificate, x.DER) || p.TokenSerial != casetest.Carrier {
		t.Errorf("%+v", p)
	}
	installed := func(id int64, op uuid.UUID, spki []byte) error {
		return cert.Installed(t.Context(), k.DB, k.By(), now.at, id, op, spki)
	}
	stranger, err := gost.GenerateKey(rand.Reader, gost.CryptoProXA)
	if err != nil {
		t.Fatal(err)
	}
	spki, err := gost.MarshalPublicKey(&stranger.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	refused(t, installed(x.ID, p.ID, spki), fault.Conflict, "другой ключ")
	refused(t, installed(x.ID, p.ID, []byte("key")), fault.Conflict, "другой ключ")
	refused(t, installed(99999, p.ID, p.Install.PublicKey), fault.NotFound, "")
	refused(t, cert.Installed(t.Context(), k.DB, k.People["foreign operator"], now.at, x.ID, p.ID, p.Install.PublicKey), fault.NotFound, "")
	refused(t, cert.Installed(t.Context(), k.DB, k.People["accountant"], now.at, x.ID, p.ID, p.Install.PublicKey), fault.Forbidden, "")
	refused(t, cert.PrintReceipt(t.Context(), k.DB, k.Files, k.By(), now.at, "З-1", x.ID), fault.Conflict, "Сначала установите")
	refused(t, cert.Register(t.Context(), k.DB, k.By(), now.at, "TESIA", x.ID), fault.Conflict, "Сначала установите")
	for range 2 {
		if err := installed(x.ID, p.ID, p.Install.PublicKey); err != nil {
			t.Fatal(err)
		}
	}
	if got := c.Load().Certificate; !got.InstalledAt.Equal(now.at) || got.InstalledBy != k.By().ID {
		t.Errorf("%+v", got)
	}
}
