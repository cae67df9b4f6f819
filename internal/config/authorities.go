package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// CA is the connection to one certification authority.
type CA struct {
	Name      string   `json:"name"`      // stands in the database beside what was asked there: never to be changed
	Title     string   `json:"title"`     // for people; empty: «Удостоверяющий центр»
	Protocol  string   `json:"protocol"`  // cmp (default) or est
	URL       string   `json:"url"`       // of the CMP service, or what /simpleenroll of EST is appended to
	Reference string   `json:"reference"` // reference value of CMP, user name of EST
	Secret    string   `json:"-"`
	RootsFile string   `json:"roots_file"` // PEM: what issued certificates must chain to
	Profiles  []string `json:"profiles"`   // types of certificates it issues; none named: all
	Centres   []int64  `json:"centres"`    // numbers of the service centres it works for; none named: all

	// Of the TLS connection, PEM: whom to believe besides the machine's own list, and our certificate with its key.
	TLSRootsFile string `json:"tls_roots_file"`
	TLSCertFile  string `json:"tls_cert_file"`
	TLSKeyFile   string `json:"tls_key_file"`

	SecretFile string `json:"secret_file"`
}

var caName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,30}$`)

// authorities are those of CA_FILE, a JSON list, or the only one of CA_URL,
// named «ca». The first that fits a request takes it.
func (r *reader) authorities() (list []CA) {
	path := r.text("CA_FILE", "")
	if path == "" {
		if ca := (CA{Name: "ca", Protocol: r.text("CA_PROTOCOL", "cmp"), URL: r.text("CA_URL", ""), Reference: r.text("CA_REFERENCE", "console"),
			Secret: r.secret("CA_SECRET"), RootsFile: r.text("CA_ROOTS_FILE", "")}); ca.URL != "" {
			list = []CA{ca}
		}
	} else {
		if r.text("CA_URL", "") != "" {
			r.fail("CA_FILE and CA_URL are both set: name all authorities in the file")
		}
		b, err := os.ReadFile(path)
		if err == nil {
			d := json.NewDecoder(bytes.NewReader(b))
			d.DisallowUnknownFields()
			err = d.Decode(&list)
		}
		if err != nil {
			r.fail("CA_FILE: %v", err)
			return nil
		}
		r.beside(filepath.Dir(path), list)
	}
	seen := map[string]bool{}
	for i := range list {
		ca := &list[i]
		if ca.Protocol == "" {
			ca.Protocol = "cmp"
		}
		switch {
		case !caName.MatchString(ca.Name) || seen[ca.Name]:
			r.fail("CA_FILE: name %q is taken, or not small Latin letters, digits and dashes", ca.Name)
		case ca.Protocol != "cmp" && ca.Protocol != "est":
			r.fail("authority %s: protocol is cmp or est, not %q", ca.Name, ca.Protocol)
		case ca.URL == "":
			r.fail("authority %s: no url", ca.Name)
		case (ca.TLSCertFile == "") != (ca.TLSKeyFile == ""):
			r.fail("authority %s: tls_cert_file and tls_key_file go together", ca.Name)
		}
		seen[ca.Name] = true
	}
	return list
}

// beside reads paths from the folder of the settings' file, and the secrets.
func (r *reader) beside(folder string, list []CA) {
	for i := range list {
		ca := &list[i]
		for _, p := range []*string{&ca.RootsFile, &ca.SecretFile, &ca.TLSRootsFile, &ca.TLSCertFile, &ca.TLSKeyFile} {
			if *p != "" && !filepath.IsAbs(*p) {
				*p = filepath.Join(folder, *p)
			}
		}
		if ca.SecretFile == "" {
			continue
		}
		b, err := os.ReadFile(ca.SecretFile)
		if err != nil {
			r.fail("authority %s: secret_file: %v", ca.Name, err)
			continue
		}
		ca.Secret = strings.TrimSpace(string(b))
	}
}

// line is the authority as `console config` prints it.
func (c CA) line() string {
	s := fmt.Sprintf("%s=%s %s", c.Name, c.Protocol, c.URL)
	if len(c.Profiles) > 0 {
		s += " " + strings.Join(c.Profiles, ",")
	}
	if len(c.Centres) > 0 {
		s += fmt.Sprintf(" centres %v", c.Centres)
	}
	return s
}
