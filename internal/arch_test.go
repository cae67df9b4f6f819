// Package internal holds the rooms of the program. Its only test is the table of
// who may import whom.
package internal

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

const module = "signdesk/"

// The rooms that hold the business.
var domains = []string{"issuance", "cert", "contract", "owner", "org", "registry", "staff", "report"}

// The clients of outside systems; the simulators are a room of their own.
var outside = []string{"ext/agent", "ext/smev", "ext/esia", "ext/ca", "ext/onec", "ext/sms", "ext/mail", "ext/ocr", "ext/av", "ext/revocation", "ext/dadata"}

// may is the import table: a room may import the rooms listed and nothing else
// of ours. A sub-package belongs to its room. An arrow that a real need asks for
// is added here with the reason.
var may = map[string][]string{
	"cmd/agent": {"gost"},
	"cmd/sim":   {"ext/sim", "config"},

	"web":         {"db", "views", "static"},
	"web/console": delivery,
	"web/cabinet": delivery,
	// the worker holds the clients of the outside systems and hands them to the
	// verbs that call out; gost for the roots the CA's answers are judged by
	"worker": append([]string{"gost"}, slices.Concat(delivery, outside)...),

	"issuance": domain("cert", "contract", "owner", "org"),
	"cert":     domain("owner", "org", "ext/ca", "ext/esia", "ext/smev", "ext/revocation"), // ESIA takes RegisterCertificate by SMEV
	"contract": domain("owner", "org", "ext/onec"),                                         // shipments, acts and invoices: the JSON contract
	"owner":    domain("org", "ext/smev", "ext/esia"),                                      // passport, SNILS and INN checks
	"org":      domain("registry", "ext/ocr", "ext/smev", "ext/dadata"),                    // extracts asked of the tax service; a second opinion on the card
	"registry": domain(),
	"staff":    domain(),
	"report":   domain("reports"),

	"exchange": {"ext/smev", "job", "audit", "db", "staff", "vault", "gost"}, // the journal sends, polls and acknowledges itself; staff: who may see raw messages; vault: they lie sealed; gost: who signed them
	// tries the connections: each client answers for its own system
	"probe":    {"exchange", "ext/smev", "ext/agent", "ext/ca", "ext/onec", "ext/mail", "ext/dadata", "gost", "job", "audit", "db", "staff"},
	"notify":   {"job", "db", "ext/sms", "ext/mail"},
	"file":     {"db", "audit", "ext/av"},
	"job":      {"db"},
	"audit":    {"db", "gost"},
	"db":       {"migrations", "vault"}, // gives the keys of data at rest to every transaction
	"document": {"gost"},
	"ext/sim":  {"gost"},
	"config":   {},

	"ident": {}, "gost": {}, "fault": {}, "vault": {},
	"views": {}, "static": {}, "migrations": {}, "reports": {},
}

// delivery is what brings the domains to people and to the queue.
var delivery = append([]string{"web", "exchange", "probe", "audit", "notify", "document", "file", "job", "db", "ident", "views"}, domains...)

// domain lists what any domain may use, and what this one may besides.
func domain(more ...string) []string {
	return append([]string{"staff", "document", "exchange", "audit", "job", "file", "notify", "db", "ident", "gost"}, more...)
}

// proofs are rooms of tests only: they look at the program from outside, may
// import everything and are imported by nobody.
var proofs = []string{"bench", "e2e"}

func init() {
	for _, room := range proofs {
		may[room] = nil
	}
	for _, room := range outside {
		may[room] = []string{"ident", "gost"}
	}
}

// allowed reports whether the room from may import the room to.
func allowed(from, to string) bool {
	switch {
	case from == to:
		return true
	case to == "fault": // the error people see is everybody's
		return from != "ident" && from != "gost" && from != "ext/sim"
	case from == "cmd/console":
		return to != "ext/sim" && !slices.Contains(proofs, to)
	}
	return slices.Contains(may[from], to)
}

// Libraries that must not leak out of their rooms.
var kept = []struct {
	library string
	in      func(room string) bool
}{
	{"github.com/gofiber/", func(room string) bool {
		return room == "web" || strings.HasPrefix(room, "web/") || strings.HasPrefix(room, "cmd/")
	}},
	{"html/template", func(room string) bool { return !slices.Contains(domains, room) }},
	{"github.com/gofiber/template", func(room string) bool { return room == "web" }},
	{"github.com/uptrace/bun", func(room string) bool { return room != "web" && !strings.HasPrefix(room, "web/") }},
	{"net/http", func(room string) bool { return room != "gost" && room != "ident" }},
	{"database/sql", func(room string) bool { return room != "gost" && room != "ident" }},
}

func TestImports(t *testing.T) {
	for _, p := range packages(t) {
		from := room(p.ImportPath)
		if _, ok := may[from]; !ok && from != "cmd/console" && from != "db/dbtest" && from != "" {
			t.Errorf("%s is in no room of the table", p.ImportPath)
		}
		for _, path := range p.Imports {
			if from == "db/dbtest" {
				break
			}
			if to := room(path); to != "" && !allowed(from, to) {
				t.Errorf("%s imports %s: %s may not import %s", p.ImportPath, path, from, to)
			}
			if forTests(path) && !forTests(p.ImportPath) {
				t.Errorf("%s imports %s, which is for tests", p.ImportPath, path)
			}
			for _, k := range kept {
				if strings.HasPrefix(path, k.library) && !k.in(from) {
					t.Errorf("%s imports %s, which is not for %s", p.ImportPath, path, from)
				}
			}
		}
		// tests in a package of their own (x_test) look at it from outside: a case
		// goes through many rooms
		for _, path := range p.TestImports {
			to := room(path)
			if to == "" || to == "ext/sim" || forTests(path) || slices.Contains(proofs, from) {
				continue // tests may stand on these
			}
			if !allowed(from, to) && from != "db/dbtest" && from != "" {
				t.Errorf("a test of %s imports %s: %s may not import %s", p.ImportPath, path, from, to)
			}
		}
	}
}

func TestRoom(t *testing.T) {
	for path, want := range map[string]string{
		"signdesk/internal/gost/xmldsig":      "gost",
		"signdesk/internal/ext/smev":          "ext/smev",
		"signdesk/internal/ext/sim/ca":        "ext/sim",
		"signdesk/internal/web/console":       "web/console",
		"signdesk/internal/web":               "web",
		"signdesk/internal/web/kit":           "web",
		"signdesk/internal/db/cluster":        "db",
		"signdesk/internal/db/dbtest":         "db/dbtest",
		"signdesk/cmd/agent/internal/pkcs11":  "cmd/agent",
		"signdesk/views":                      "views",
		"signdesk/internal":                   "",
		"github.com/gofiber/fiber/v2":         "",
		"signdesk-of-another/internal/ledger": "",
	} {
		if got := room(path); got != want {
			t.Errorf("room(%s) = %q, want %q", path, got, want)
		}
	}
}

// room names the room a package of ours belongs to; "" for others' packages.
func room(pkg string) string {
	rest, ok := strings.CutPrefix(pkg, module)
	if !ok {
		return ""
	}
	rest = strings.TrimPrefix(rest, "internal/")
	parts := strings.Split(rest, "/")
	if len(parts) == 1 {
		return strings.TrimPrefix(rest, "internal")
	}
	pair := path.Join(parts[0], parts[1])
	switch {
	case parts[0] == "cmd", parts[0] == "ext", pair == "web/console", pair == "web/cabinet", pair == "db/dbtest":
		return pair
	}
	return parts[0]
}

// forTests reports whether the package of ours furnishes tests: dbtest, orgtest.
func forTests(pkg string) bool { return room(pkg) != "" && strings.HasSuffix(pkg, "test") }

type listed struct {
	ImportPath           string
	Imports, TestImports []string
}

// packages asks the go command, so that build constraints are its business.
func packages(t *testing.T) (all []listed) {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Imports,TestImports", module+"...")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, &stderr)
	}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}
