// Package config reads the settings of an installation: the environment, and
// files for secrets. Nothing is guessed in production: an outside system that is
// not set is not called, and the screens say so.
package config

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"
)

// Config is every setting. Fields ending in URL are base addresses; empty means "not connected".
type Config struct {
	Addr        string   // CONSOLE_ADDR, where the console listens
	URL         string   // CONSOLE_URL, how browsers reach it; https makes cookies Secure
	Var         string   // CONSOLE_VAR, absolute folder of everything kept on this machine
	MetricsAddr string   // CONSOLE_METRICS_ADDR, loopback address of /metrics and pprof; "" = off
	Demo        bool     // CONSOLE_DEMO=1: demo sign-ins and simulators are allowed
	DatabaseURL string   // DATABASE_URL; "" = the private cluster under Var
	Trusted     []string // CONSOLE_PROXIES: proxies whose X-Forwarded-For is believed

	OIDC OIDC
	SMEV SMEV
	CAs  []CA // CA_FILE, or CA_URL for a single one
	OneC OneC
	SMTP SMTP
	SMS  SMS

	DaData DaData

	ESIA          string        // ESIA_ENVIRONMENT: TESIA (default) or PROD
	ESIACentre    int           // ESIA_CENTRE: ESIA's number of the service centre that makes accounts; 0 (default) = none
	FNSRoots      string        // FNS_CA_FILE: PEM roots that sign extracts
	FNSLists      string        // FNS_CRL_FILE: their list of revoked certificates, read anew at each check; "" = revocation is not known
	SealKey       string        // CONSOLE_SEAL_KEY or _FILE: 64 hex digits; "" = a key file under Var
	SealKeyOld    []string      // CONSOLE_SEAL_KEY_OLD or _FILE: former ones, until what they sealed is sealed anew
	IdleLock      time.Duration // CONSOLE_IDLE_LOCK, default 15m: the password is asked again
	SessionTTL    time.Duration // CONSOLE_SESSION, default 12h
	ExtractMaxAge int           // CONSOLE_EXTRACT_DAYS, default 30
	Support       string        // CONSOLE_SUPPORT: how to reach technical support, in words; "" = people know
	Ready         Ready
}

// Ready is how certificates of other authorities are taken.
type Ready struct {
	RootsFile    string        // ACCREDITED_CA_FILE: PEM of the accredited authorities, roots and those below; "" = none is taken
	MaxKB        int           // READY_MAX_KB, default 100: of a certificate's file
	MinDays      int           // READY_MIN_DAYS, default 30: of validity left
	Recheck      time.Duration // READY_RECHECK, default 24h: between two questions about revocation
	PrivateHosts []string      // REVOCATION_HOSTS: host:port of our own network that may be asked
}

// OIDC is the staff's identity provider; an empty Issuer means login and password.
type OIDC struct{ Issuer, ClientID, ClientSecret string }

// SMEV is the connection to SMEV 3. The organisation's key stands in KeyFile or
// behind the agent at KeyAgent; KeySecret is the file's passphrase or the
// agent's pairing code.
type SMEV struct {
	URL, Version, KeyFile, KeyAgent, KeySecret, CertFile, RootsFile, Signer string

	Selectors bool          // SMEV_SELECTORS=types: a queue of answers for each information type; "" = one for all
	Lifetime  time.Duration // SMEV_LIFETIME: a question without an answer ends after it; 0 (default) = never
	KeepDays  int           // SMEV_KEEP_DAYS, default 1095: contents and messages as they went are destroyed after it
	Parallel  int           // SMEV_PARALLEL: calls at a time, default 12
	Types     string        // SMEV_TYPES, as "egrul=4.0.5": versions that are asked whatever is usual

	Node        string // SMEV_NODE: of several nodes under one mnemonic; "" = none
	SendersFile string // SMEV_SENDERS_FILE: authorities of the bodies that answer; "" = SMEV's word on them is enough
	MaxMB       int    // SMEV_MAX_MB, default 16: of an answer
	FilesMB     int    // SMEV_FILES_MB, default 5: of the files inside one message
	StoreURL    string // SMEV_STORE_URL: ftp://host:port of SMEV's file store, with user and password when it wants them to put; "" = not connected
	StoreMB     int    // SMEV_STORE_MB, default 200: of one file there
}

// OneC is the connection to accounting (JSON contract).
type OneC struct{ URL, Token string }

// DaData is the reference service of organisations; an empty Token sends none.
type DaData struct{ URL, Token string }

// SMTP is the mail relay: smtp://user:password@host:port.
type SMTP struct{ URL, From string }

// SMS is the HTTP gateway for text messages.
type SMS struct{ URL, Token, Body string }

// Load reads the environment through getenv.
func Load(getenv func(string) string) (Config, error) {
	r := reader{getenv: getenv}
	c := Config{
		Addr:        r.text("CONSOLE_ADDR", "127.0.0.1:8080"),
		Var:         r.text("CONSOLE_VAR", "var"),
		MetricsAddr: r.text("CONSOLE_METRICS_ADDR", ""),
		Demo:        r.flag("CONSOLE_DEMO"),
		DatabaseURL: r.secret("DATABASE_URL"),
		Trusted:     strings.Fields(r.text("CONSOLE_PROXIES", "")),
		OIDC:        OIDC{r.text("OIDC_ISSUER", ""), r.text("OIDC_CLIENT_ID", ""), r.secret("OIDC_CLIENT_SECRET")},
		SMEV: SMEV{r.text("SMEV_URL", ""), r.text("SMEV_VERSION", "1.1"), r.text("SMEV_KEY_FILE", ""), r.text("SMEV_KEY_AGENT", ""), r.secret("SMEV_KEY_SECRET"),
			r.text("SMEV_CERT_FILE", ""), r.text("SMEV_CA_FILE", ""), r.text("SMEV_SIGNER", ""),
			r.text("SMEV_SELECTORS", "") == "types", r.lasting("SMEV_LIFETIME"), r.number("SMEV_KEEP_DAYS", 1095), r.number("SMEV_PARALLEL", 12), r.text("SMEV_TYPES", ""),
			r.text("SMEV_NODE", ""), r.text("SMEV_SENDERS_FILE", ""), r.number("SMEV_MAX_MB", 16), r.number("SMEV_FILES_MB", 5), r.secret("SMEV_STORE_URL"), r.number("SMEV_STORE_MB", 200)},
		CAs:           r.authorities(),
		OneC:          OneC{r.text("ONEC_URL", ""), r.secret("ONEC_TOKEN")},
		SMTP:          SMTP{r.secret("SMTP_URL"), r.text("SMTP_FROM", "")},
		SMS:           SMS{r.text("SMS_URL", ""), r.secret("SMS_TOKEN"), r.text("SMS_BODY", "")},
		ESIA:          r.text("ESIA_ENVIRONMENT", "TESIA"),
		ESIACentre:    r.optional("ESIA_CENTRE"),
		DaData:        DaData{r.text("DADATA_URL", ""), r.secret("DADATA_TOKEN")},
		FNSRoots:      r.text("FNS_CA_FILE", ""),
		FNSLists:      r.text("FNS_CRL_FILE", ""),
		SealKey:       r.secret("CONSOLE_SEAL_KEY"),
		SealKeyOld:    strings.Fields(r.secret("CONSOLE_SEAL_KEY_OLD")),
		IdleLock:      r.duration("CONSOLE_IDLE_LOCK", 15*time.Minute),
		SessionTTL:    r.duration("CONSOLE_SESSION", 12*time.Hour),
		ExtractMaxAge: r.number("CONSOLE_EXTRACT_DAYS", 30),
		Support:       r.text("CONSOLE_SUPPORT", ""),
		Ready: Ready{r.text("ACCREDITED_CA_FILE", ""), r.number("READY_MAX_KB", 100), r.number("READY_MIN_DAYS", 30),
			r.duration("READY_RECHECK", 24*time.Hour), strings.Fields(r.text("REVOCATION_HOSTS", ""))},
	}
	c.URL = strings.TrimSuffix(r.text("CONSOLE_URL", "http://"+reachable(c.Addr)), "/")
	if u, err := url.Parse(c.URL); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		r.fail("CONSOLE_URL: %q is not an http or https address", c.URL)
	}
	if c.SMEV.KeyFile != "" && c.SMEV.KeyAgent != "" {
		r.fail("SMEV_KEY_FILE and SMEV_KEY_AGENT are both set: one key signs")
	}
	abs, err := filepath.Abs(c.Var)
	if err != nil {
		r.fail("CONSOLE_VAR: %v", err)
	}
	c.Var = abs
	return c, errors.Join(r.errs...)
}

// Secure reports whether browsers reach the console by TLS.
func (c Config) Secure() bool { return strings.HasPrefix(c.URL, "https://") }

// reachable turns a listening address into one a browser on this machine can open.
func reachable(addr string) string {
	if strings.HasPrefix(addr, ":") {
		return "127.0.0.1" + addr
	}
	return strings.Replace(addr, "0.0.0.0:", "127.0.0.1:", 1)
}

// Lines prints the settings in force, a NAME=value line each; secrets show only whether they are set.
func (c Config) Lines() []string {
	set := func(s string) string {
		if s == "" {
			return ""
		}
		return "(set)"
	}
	var authorities []string
	for _, ca := range c.CAs {
		authorities = append(authorities, ca.line())
	}
	m := map[string]string{
		"CONSOLE_ADDR": c.Addr, "CONSOLE_URL": c.URL, "CONSOLE_VAR": c.Var, "CONSOLE_METRICS_ADDR": c.MetricsAddr,
		"CONSOLE_DEMO": fmt.Sprint(c.Demo), "DATABASE_URL": set(c.DatabaseURL), "CONSOLE_PROXIES": strings.Join(c.Trusted, " "),
		"OIDC_ISSUER": c.OIDC.Issuer, "OIDC_CLIENT_ID": c.OIDC.ClientID, "OIDC_CLIENT_SECRET": set(c.OIDC.ClientSecret),
		"SMEV_URL": c.SMEV.URL, "SMEV_VERSION": c.SMEV.Version, "SMEV_KEY_FILE": c.SMEV.KeyFile, "SMEV_KEY_AGENT": c.SMEV.KeyAgent, "SMEV_KEY_SECRET": set(c.SMEV.KeySecret), "SMEV_CERT_FILE": c.SMEV.CertFile, "SMEV_CA_FILE": c.SMEV.RootsFile, "SMEV_SIGNER": c.SMEV.Signer, "SMEV_TYPES": c.SMEV.Types,
		"CA":       strings.Join(authorities, "; "),
		"ONEC_URL": c.OneC.URL, "ONEC_TOKEN": set(c.OneC.Token), "SMTP_URL": set(c.SMTP.URL), "SMTP_FROM": c.SMTP.From,
		"SMS_URL": c.SMS.URL, "SMS_TOKEN": set(c.SMS.Token), "SMS_BODY": c.SMS.Body, "DADATA_URL": c.DaData.URL, "DADATA_TOKEN": set(c.DaData.Token), "FNS_CA_FILE": c.FNSRoots, "FNS_CRL_FILE": c.FNSLists, "ESIA_ENVIRONMENT": c.ESIA, "ESIA_CENTRE": fmt.Sprint(c.ESIACentre), "CONSOLE_SEAL_KEY": set(c.SealKey),
		"CONSOLE_SEAL_KEY_OLD": set(strings.Join(c.SealKeyOld, "")), "SMEV_SELECTORS": map[bool]string{true: "types"}[c.SMEV.Selectors], "SMEV_LIFETIME": c.SMEV.Lifetime.String(),
		"SMEV_NODE": c.SMEV.Node, "SMEV_SENDERS_FILE": c.SMEV.SendersFile, "SMEV_MAX_MB": fmt.Sprint(c.SMEV.MaxMB), "SMEV_FILES_MB": fmt.Sprint(c.SMEV.FilesMB),
		"SMEV_KEEP_DAYS": fmt.Sprint(c.SMEV.KeepDays), "SMEV_PARALLEL": fmt.Sprint(c.SMEV.Parallel),
		"CONSOLE_IDLE_LOCK": c.IdleLock.String(), "CONSOLE_SESSION": c.SessionTTL.String(), "CONSOLE_EXTRACT_DAYS": fmt.Sprint(c.ExtractMaxAge), "CONSOLE_SUPPORT": c.Support,
		"ACCREDITED_CA_FILE": c.Ready.RootsFile, "READY_MAX_KB": fmt.Sprint(c.Ready.MaxKB), "READY_MIN_DAYS": fmt.Sprint(c.Ready.MinDays),
		"READY_RECHECK": c.Ready.Recheck.String(), "REVOCATION_HOSTS": strings.Join(c.Ready.PrivateHosts, " "),
	}
	lines := make([]string, 0, len(m))
	for k, v := range m {
		lines = append(lines, k+"="+v)
	}
	sort.Strings(lines)
	return lines
}

// reader collects what is wrong with all settings, so that one run names every fault.
type reader struct {
	getenv func(string) string
	errs   []error
}

func (r *reader) fail(format string, args ...any) {
	r.errs = append(r.errs, fmt.Errorf(format, args...))
}

func (r *reader) text(name, def string) string {
	if v := strings.TrimSpace(r.getenv(name)); v != "" {
		return v
	}
	return def
}

// secret reads NAME, or the file that NAME_FILE names.
func (r *reader) secret(name string) string {
	if v := r.text(name, ""); v != "" {
		return v
	}
	path := r.text(name+"_FILE", "")
	if path == "" {
		return ""
	}
	b, err := os.ReadFile(path)
	if err != nil {
		r.fail("%s_FILE: %w", name, err)
	}
	return strings.TrimSpace(string(b))
}

func (r *reader) flag(name string) bool {
	switch v := r.text(name, "0"); v {
	case "0", "false", "no":
		return false
	case "1", "true", "yes":
		return true
	default:
		r.fail("%s: %q is neither 0 nor 1", name, v)
		return false
	}
}

func (r *reader) duration(name string, def time.Duration) time.Duration {
	v := r.text(name, def.String())
	d, err := time.ParseDuration(v)
	if err != nil || d <= 0 {
		r.fail("%s: %q is not a positive duration such as 15m", name, v)
	}
	return d
}

// lasting is a duration that need not be set; 0 then.
func (r *reader) lasting(name string) time.Duration {
	if r.text(name, "") == "" {
		return 0
	}
	return r.duration(name, 0)
}

// optional is a positive whole number, or 0 for none.
func (r *reader) optional(name string) int {
	if r.text(name, "") == "" {
		return 0
	}
	return r.number(name, 1)
}

func (r *reader) number(name string, def int) int {
	v := r.text(name, fmt.Sprint(def))
	var n int
	if _, err := fmt.Sscanf(v, "%d", &n); err != nil || n <= 0 {
		r.fail("%s: %q is not a positive whole number", name, v)
	}
	return n
}
