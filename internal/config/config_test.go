package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func env(m map[string]string) func(string) string { return func(name string) string { return m[name] } }

func TestLoad(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("from a file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		env  map[string]string
		ok   func(Config) bool
		fail string // part of the error
	}{
		{"defaults", nil, func(c Config) bool {
			return c.Addr == "127.0.0.1:8080" && c.URL == "http://127.0.0.1:8080" && filepath.IsAbs(c.Var) && !c.Demo && !c.Secure() &&
				c.IdleLock == 15*time.Minute && c.ExtractMaxAge == 30 && c.Ready.MaxKB == 100 && c.Ready.MinDays == 30 && c.Ready.Recheck == 24*time.Hour && c.ESIA == "TESIA" && c.SMEV.Version == "1.1"
		}, ""},
		{"all addresses are reached by loopback", map[string]string{"CONSOLE_ADDR": ":9000"}, func(c Config) bool { return c.URL == "http://127.0.0.1:9000" }, ""},
		{"TLS makes cookies secure", map[string]string{"CONSOLE_URL": "https://console.example/"}, func(c Config) bool { return c.Secure() && c.URL == "https://console.example" }, ""},
		{"hosts of our own network", map[string]string{"REVOCATION_HOSTS": "10.0.0.5:8080 crl.inside:80"}, func(c Config) bool { return len(c.Ready.PrivateHosts) == 2 }, ""},
		{"a secret from a file", map[string]string{"ONEC_TOKEN_FILE": secret}, func(c Config) bool { return c.OneC.Token == "from a file" }, ""},
		{"the variable wins over the file", map[string]string{"ONEC_TOKEN": "plain", "ONEC_TOKEN_FILE": secret}, func(c Config) bool { return c.OneC.Token == "plain" }, ""},
		{"a file that is not there", map[string]string{"CA_SECRET_FILE": secret + "x"}, nil, "CA_SECRET_FILE"},
		{"no duration", map[string]string{"CONSOLE_IDLE_LOCK": "a while"}, nil, "CONSOLE_IDLE_LOCK"},
		{"a negative duration", map[string]string{"CONSOLE_SESSION": "-1h"}, nil, "CONSOLE_SESSION"},
		{"no number", map[string]string{"CONSOLE_EXTRACT_DAYS": "0"}, nil, "CONSOLE_EXTRACT_DAYS"},
		{"no flag", map[string]string{"CONSOLE_DEMO": "maybe"}, nil, "CONSOLE_DEMO"},
		{"no address", map[string]string{"CONSOLE_URL": "console.example"}, nil, "CONSOLE_URL"},
		{"a key in a file with its passphrase", map[string]string{"SMEV_KEY_FILE": "/k.pem", "SMEV_KEY_SECRET_FILE": secret},
			func(c Config) bool { return c.SMEV.KeyFile == "/k.pem" && c.SMEV.KeySecret == "from a file" }, ""},
		{"two keys", map[string]string{"SMEV_KEY_FILE": "/k.pem", "SMEV_KEY_AGENT": "unix:/run/key.sock"}, nil, "SMEV_KEY_AGENT"},
		{"two faults are both named", map[string]string{"CONSOLE_DEMO": "x", "CONSOLE_EXTRACT_DAYS": "y"}, nil, "CONSOLE_EXTRACT_DAYS"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Load(env(c.env))
			switch {
			case c.fail == "" && err != nil:
				t.Fatal(err)
			case c.fail != "" && (err == nil || !strings.Contains(err.Error(), c.fail)):
				t.Fatalf("error %v does not name %s", err, c.fail)
			case c.ok != nil && !c.ok(got):
				t.Fatalf("got %+v", got)
			}
		})
	}
}

// Lines never shows a secret.
func TestLinesHideSecrets(t *testing.T) {
	c, err := Load(env(map[string]string{"ONEC_TOKEN": "tkn-4711", "CA_SECRET": "cmp-4711", "DATABASE_URL": "postgres://u:pw-4711@h/d",
		"SMTP_URL": "smtp://u:ml-4711@h", "SMS_TOKEN": "sms-4711", "OIDC_CLIENT_SECRET": "oidc-4711", "CONSOLE_SEAL_KEY": "4711", "SMEV_KEY_SECRET": "key-4711"}))
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(c.Lines(), "\n")
	if strings.Contains(all, "4711") {
		t.Errorf("a secret is shown:\n%s", all)
	}
	if !strings.Contains(all, "ONEC_TOKEN=(set)") {
		t.Errorf("a set secret is not told:\n%s", all)
	}
}

// Several authorities stand in a file; what is wrong with it is named.
func TestAuthorities(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("secret", "s-4711\n")
	for _, c := range []struct {
		name, file string
		env        map[string]string
		ok         func([]CA) bool
		fail       string
	}{
		{"none", "", nil, func(l []CA) bool { return len(l) == 0 }, ""},
		{"a single one", "", map[string]string{"CA_URL": "https://ca.example/cmp", "CA_SECRET": "x"},
			func(l []CA) bool {
				return len(l) == 1 && l[0].Name == "ca" && l[0].Protocol == "cmp" && l[0].Reference == "console" && l[0].Secret == "x"
			}, ""},
		{"a single one by EST", "", map[string]string{"CA_URL": "https://ca.example/est", "CA_PROTOCOL": "est"}, func(l []CA) bool { return l[0].Protocol == "est" }, ""},
		{"two", `[{"name": "main", "url": "https://a.example", "secret_file": "secret", "roots_file": "roots.pem"}, {"name": "second", "protocol": "est", "url": "https://b.example", "profiles": ["person-2023"], "centres": [7]}]`, nil,
			func(l []CA) bool {
				return len(l) == 2 && l[0].Secret == "s-4711" && l[0].RootsFile == filepath.Join(folder, "roots.pem") && l[0].Protocol == "cmp" && l[1].Profiles[0] == "person-2023" && l[1].Centres[0] == 7
			}, ""},
		{"both ways", `[]`, map[string]string{"CA_URL": "https://ca.example"}, nil, "CA_URL"},
		{"no JSON", `{`, nil, nil, "CA_FILE"},
		{"an unknown word", `[{"name": "a", "url": "https://a.example", "secret": "plain"}]`, nil, nil, "secret"},
		{"a name twice", `[{"name": "a", "url": "https://a.example"}, {"name": "a", "url": "https://b.example"}]`, nil, nil, `"a"`},
		{"a bad name", `[{"name": "Главный", "url": "https://a.example"}]`, nil, nil, "Главный"},
		{"a bad protocol", `[{"name": "a", "protocol": "scep", "url": "https://a.example"}]`, nil, nil, "scep"},
		{"no address", `[{"name": "a"}]`, nil, nil, "no url"},
		{"half a key pair", `[{"name": "a", "url": "https://a.example", "tls_cert_file": "c.pem"}]`, nil, nil, "tls_key_file"},
		{"no secret's file", `[{"name": "a", "url": "https://a.example", "secret_file": "none"}]`, nil, nil, "secret_file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			set := map[string]string{}
			for k, v := range c.env {
				set[k] = v
			}
			if c.file != "" {
				set["CA_FILE"] = write("ca.json", c.file)
			}
			got, err := Load(env(set))
			switch {
			case c.fail == "" && err != nil:
				t.Fatal(err)
			case c.fail != "" && (err == nil || !strings.Contains(err.Error(), c.fail)):
				t.Fatalf("error %v does not name %s", err, c.fail)
			case c.ok != nil && !c.ok(got.CAs):
				t.Fatalf("got %+v", got.CAs)
			}
			if strings.Contains(strings.Join(got.Lines(), "\n"), "4711") {
				t.Error("a secret is printed")
			}
		})
	}
}
