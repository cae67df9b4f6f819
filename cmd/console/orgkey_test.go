package main

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signdesk/internal/config"
	"signdesk/internal/ext/sim"
	"signdesk/internal/gost"
)

// The organisation's key: what a console takes, and what it refuses with which cure.
func TestOrgKey(t *testing.T) {
	dir := t.TempDir()
	w, err := sim.NewWorld(sim.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := sealDemoKey(dir); err != nil {
		t.Fatal(err)
	}
	at := func(name string) string { return filepath.Join(dir, name) }
	first, err := os.ReadFile(at(sealedKey))
	if err != nil {
		t.Fatal(err)
	}
	if err := sealDemoKey(dir); err != nil { // the second start of the demo
		t.Fatal(err)
	}
	if again, err := os.ReadFile(at(sealedKey)); err != nil || string(again) != string(first) {
		t.Errorf("the key was sealed anew: %v", err)
	}
	secret, err := os.ReadFile(at(sealedSecret))
	if err != nil {
		t.Fatal(err)
	}
	cert := func(name string) *gost.Certificate {
		list, err := certificates(at(name))
		if err != nil {
			t.Fatal(err)
		}
		return list[0]
	}
	own, other := cert("smev-client.cert.pem"), cert("smev-ca.pem")
	spki, err := gost.MarshalPublicKey(own.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	var refusal string // of the stand-in for an agent
	agent := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if refusal != "" {
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, refusal)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string][]byte{"key": spki})
	}))
	defer agent.Close()
	down := httptest.NewServer(nil)
	down.Close()
	code := strings.Repeat("A", 52)
	for _, tt := range []struct {
		name    string
		smev    config.SMEV
		demo    bool
		cert    *gost.Certificate
		refusal string
		fail    string // in the error, "" for none
	}{
		{"sealed key", config.SMEV{KeyFile: at(sealedKey), KeySecret: string(secret)}, false, own, "", ""},
		{"plain key in a demo", config.SMEV{KeyFile: at("smev-client.key.pem")}, true, own, "", ""},
		{"plain key in production", config.SMEV{KeyFile: at("smev-client.key.pem")}, false, own, "", "openssl pkcs8 -topk8"},
		{"no passphrase", config.SMEV{KeyFile: at(sealedKey)}, false, own, "", "SMEV_KEY_SECRET_FILE"},
		{"wrong passphrase", config.SMEV{KeyFile: at(sealedKey), KeySecret: "x"}, false, own, "", "does not open"},
		{"another certificate", config.SMEV{KeyFile: at(sealedKey), KeySecret: string(secret)}, false, other, "", "SMEV_CERT_FILE"},
		{"no key", config.SMEV{}, false, own, "", "SMEV_KEY_AGENT"},
		{"no PEM", config.SMEV{KeyFile: at("cmp-secret")}, false, own, "", "PRIVATE KEY"},
		{"agent", config.SMEV{KeyAgent: agent.URL, KeySecret: code}, false, own, "", ""},
		{"agent that is down", config.SMEV{KeyAgent: down.URL, KeySecret: code}, false, own, "", ""},
		{"agent with another key", config.SMEV{KeyAgent: agent.URL, KeySecret: code}, false, other, "", "right --file"},
		{"agent of another pairing", config.SMEV{KeyAgent: agent.URL, KeySecret: code}, false, own, `{"code":"mac","text":""}`, "agent pairing prints"},
		{"no pairing code", config.SMEV{KeyAgent: agent.URL}, false, own, "", "SMEV_KEY_SECRET"},
		{"agent elsewhere", config.SMEV{KeyAgent: "http://192.0.2.7:8096", KeySecret: code}, false, own, "", "127.0.0.1"},
	} {
		refusal = tt.refusal
		signer, err := orgKey(t.Context(), config.Config{SMEV: tt.smev, Demo: tt.demo}, tt.cert, slog.New(slog.DiscardHandler))
		switch {
		case tt.fail == "" && (err != nil || !own.PublicKey.Equal(signer.Public())):
			t.Errorf("%s: %v", tt.name, err)
		case tt.fail != "" && (err == nil || !strings.Contains(err.Error(), tt.fail)):
			t.Errorf("%s: %v, want the cure %q", tt.name, err, tt.fail)
		}
	}
}
