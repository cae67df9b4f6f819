package sim

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"signdesk/internal/ext/sim/pki"
	"signdesk/internal/ext/sim/smev"
)

// keys are all identities of the world. The world's own lie in DIR/keys; what
// the console is pointed at lies in DIR itself:
//
//	smev-client.key.pem, smev-client.cert.pem  the console's signature in SMEV
//	esia-client.key.pem, esia-client.cert.pem  the console's signature at ESIA
//	smev-ca.pem, ca-root.pem, fns-ca.pem       whom the console may believe
//	esia.pem                                   by which ESIA signs tokens
//	accredited-ca.pem                          authorities whose ready certificates it may take
//	cmp-secret, onec-token, sms-token, dadata-token  shared secrets, one line each
type keys struct {
	smevRoot, smevCore                          *pki.Identity
	caRoot, caIssuer                            *pki.Identity
	caResponder, caForeign                      *pki.Identity
	fnsRoot, fnsSigner                          *pki.Identity
	esia, esiaClient                            *pki.Identity
	providers                                   map[string]*pki.Identity
	cmpSecret, onecToken, smsToken, dadataToken string
}

func openKeys(o Options) (*keys, error) {
	dir, now := filepath.Join(o.Dir, "keys"), o.Now()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	k := &keys{providers: map[string]*pki.Identity{}}
	var err error
	do := func(to **pki.Identity, load func() (*pki.Identity, error)) {
		if err == nil {
			*to, err = load()
		}
	}
	do(&k.smevRoot, func() (*pki.Identity, error) {
		return pki.Root(dir, "smev-ca", "УЦ контура СМЭВ (учебный)", now)
	})
	do(&k.smevCore, func() (*pki.Identity, error) {
		return k.smevRoot.Member(dir, "smev", "СМЭВ (учебная)", "smev", now)
	})
	do(&k.caRoot, func() (*pki.Identity, error) {
		return pki.Root(dir, "ca-root", "Головной УЦ (учебный)", now)
	})
	do(&k.caIssuer, func() (*pki.Identity, error) {
		return k.caRoot.Sub(dir, "ca-issuer", "УЦ «Пример» (учебный)", now)
	})
	do(&k.caResponder, func() (*pki.Identity, error) {
		return k.caIssuer.Responder(dir, "ca-ocsp", "OCSP УЦ «Пример» (учебный)", now)
	})
	do(&k.caForeign, func() (*pki.Identity, error) {
		return pki.Root(dir, "ca-foreign", "УЦ «Сторонний», не аккредитован (учебный)", now)
	})
	do(&k.fnsRoot, func() (*pki.Identity, error) {
		return pki.Root(dir, "fns-ca", "УЦ ФНС России (учебный)", now)
	})
	do(&k.fnsSigner, func() (*pki.Identity, error) {
		return k.fnsRoot.Member(dir, "fns", "Федеральная налоговая служба (учебная)", "ЕГРЮЛ/ЕГРИП", now)
	})
	do(&k.esia, func() (*pki.Identity, error) {
		return pki.Root(dir, "esia", "ЕСИА (учебная)", now)
	})
	do(&k.esiaClient, func() (*pki.Identity, error) {
		return k.smevRoot.Member(o.Dir, "esia-client", "Консоль сервисного центра (учебная)", o.Mnemonic, now)
	})
	for mnemonic, name := range smev.Members() {
		var id *pki.Identity
		do(&id, func() (*pki.Identity, error) {
			return k.smevRoot.Member(dir, "provider-"+mnemonic, name, mnemonic, now)
		})
		k.providers[mnemonic] = id
	}
	var client *pki.Identity
	do(&client, func() (*pki.Identity, error) {
		return k.smevRoot.Member(o.Dir, "smev-client", "Консоль сервисного центра (учебная)", o.Mnemonic, now)
	})
	if err != nil {
		return nil, err
	}
	for name, id := range map[string]*pki.Identity{"smev-ca.pem": k.smevRoot, "ca-root.pem": k.caRoot, "fns-ca.pem": k.fnsRoot, "esia.pem": k.esia} {
		if err := pki.WritePEM(filepath.Join(o.Dir, name), "CERTIFICATE", id.Cert.Raw); err != nil {
			return nil, err
		}
	}
	if err := pki.WritePEM(filepath.Join(o.Dir, "accredited-ca.pem"), "CERTIFICATE", k.caRoot.Cert.Raw, k.caIssuer.Cert.Raw); err != nil {
		return nil, err
	}
	for name, to := range map[string]*string{"cmp-secret": &k.cmpSecret, "onec-token": &k.onecToken, "sms-token": &k.smsToken, "dadata-token": &k.dadataToken} {
		if *to, err = secret(filepath.Join(o.Dir, name)); err != nil {
			return nil, err
		}
	}
	return k, nil
}

// secret reads a shared secret or makes one of 128 random bits.
func secret(file string) (string, error) {
	b, err := os.ReadFile(file)
	if err == nil && len(b) > 0 {
		return strings.TrimSpace(string(b)), nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	raw := make([]byte, 16)
	if _, err := rand.Read(raw); err != nil {
		return "", err
	}
	s := hex.EncodeToString(raw)
	return s, pki.Write(file, []byte(s+"\n"))
}
