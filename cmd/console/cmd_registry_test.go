package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signdesk/internal/db/dbtest"
)

func TestRegistryFromTheCommandLine(t *testing.T) {
	t.Setenv("DATABASE_URL", dbtest.DSN(t))
	t.Setenv("CONSOLE_VAR", t.TempDir())
	dump := filepath.Join(t.TempDir(), "dump.zip")
	run := func(stdin string, want int, args ...string) string {
		t.Helper()
		out, errs, code := console(t, stdin, args...)
		if code != want {
			t.Fatalf("console %q: exit %d, want %d\n%s%s", args, code, want, out, errs)
		}
		return out
	}
	run("", exitOK, "registry", "generate", "--orgs", "500", "--seed", "3", "--out", dump)
	if out := run("", exitOK, "registry", "import", dump); !strings.HasPrefix(out, "rows 500, new or newer 500, rejected 0, ") || !strings.Contains(out, "MB/s") {
		t.Error(out)
	}
	if out := run("", exitOK, "registry", "import", dump); !strings.HasPrefix(out, "rows 0, new or newer 0, rejected 0, known from earlier runs 500") {
		t.Error(out)
	}
	if out := run("", exitOK, "registry", "index"); !strings.HasPrefix(out, "search tables up to date: 0 lines") {
		t.Error(out)
	}
	if out := run("", exitOK, "registry", "index", "--rebuild"); !strings.HasPrefix(out, "search tables built anew: 500 lines, ") {
		t.Error(out)
	}
	bad := filepath.Join(t.TempDir(), "bad.xml")
	const record = `<EGRIP ДатаВыг="2026-01-01"><СвИП ДатаВып="2026-01-01" ОГРНИП="304500116000158"/></EGRIP>`
	if err := os.WriteFile(bad, []byte(record), 0o600); err != nil {
		t.Fatal(err)
	}
	if out := run("", exitOK, "registry", "import", bad); !strings.Contains(out, "rejected\tbad.xml\t0\t304500116000158\tКонтрольное число ОГРНИП") {
		t.Error(out)
	}
	if out := run("", exitOK, "registry", "rejects"); !strings.HasPrefix(out, "bad.xml\t\t0\t304500116000158\tКонтрольное число ОГРНИП") {
		t.Error(out)
	}
	run("", exitBroke, "registry", "import", filepath.Join(t.TempDir(), "absent.xml"))
	gar, changes := filepath.Join(t.TempDir(), "gar_xml.zip"), filepath.Join(t.TempDir(), "gar_delta_xml.zip")
	small := []string{"registry", "generate", "--gar", "--regions", "77", "--streets", "40", "--houses", "2"}
	run("", exitOK, append(small, "--date", "2026-11-20", "--out", gar)...)
	run("", exitOK, append(small, "--date", "2026-11-21", "--since", "2026-11-20", "--out", changes)...)
	run("", exitUsage, append(small, "--date", "2026-11-20", "--since", "2026-11-20", "--out", changes)...)
	run("", exitUsage, append(small, "--houses=-1", "--out", changes)...)
	if out := run("", exitOK, "registry", "import", gar, "--houses=none"); !strings.HasPrefix(out, "rows ") || !strings.Contains(out, "rejected 0,") {
		t.Error(out)
	}
	if out := run("", exitOK, "registry", "import", changes); strings.HasPrefix(out, "rows 0,") || !strings.Contains(out, "rejected 0,") {
		t.Error(out)
	}

	out := run("770\nничего такого нет\n", exitOK, "search", "-", "--json", "--limit", "2")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 2 {
		t.Fatalf("%q", out)
	}
	var answer struct {
		Query   string
		MS      *float64
		Results []map[string]string
	}
	if err := json.Unmarshal([]byte(lines[0]), &answer); err != nil {
		t.Fatal(err)
	}
	if answer.Query != "770" || answer.MS == nil || len(answer.Results) != 2 {
		t.Fatalf("%s", lines[0])
	}
	for _, key := range []string{"inn", "ogrn", "kpp", "name", "region", "status", "match"} {
		if _, ok := answer.Results[0][key]; !ok || len(answer.Results[0]) != 7 {
			t.Errorf("%s: not the seven keys of the contract", lines[0])
		}
	}
	if !strings.HasSuffix(lines[1], `"results":[]}`) {
		t.Error(lines[1])
	}
	found := answer.Results[0]
	if out := run("", exitOK, "search", found["inn"]); !strings.Contains(out, fmt.Sprintf("%s number", found["status"])) && !strings.Contains(out, found["name"]) {
		t.Error(out)
	}
	if out := run("", exitNo, "search", "ничего", "такого", "нет"); out != "" {
		t.Error(out)
	}
	run("", exitUsage, "search", "--limit", "0", "x")
	run("", exitUsage, "registry", "generate", "--orgs", "0", "--out", dump)
	run("", exitUsage, "registry", "generate", "--orgs", "5", "--date", "завтра", "--out", dump)
}
