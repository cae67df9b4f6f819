package main

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// console runs one command line and returns what it printed and its exit code.
func console(t *testing.T, stdin string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(&env{
		ctx: t.Context(), stdin: strings.NewReader(stdin), stdout: &out, stderr: &errs,
		getenv: os.Getenv, now: time.Now,
	}, args)
	return out.String(), errs.String(), code
}

func TestCheckOneNumber(t *testing.T) {
	for _, c := range []struct {
		args string
		code int
		says string
	}{
		{"check inn 7707083893", exitOK, "valid"},
		{"check inn 7707083894", exitNo, "invalid: Контрольное число ИНН"},
		{"check ogrn 304500116000157", exitOK, "valid"},
		{"check account 40702810955230165464 --bik 044030653", exitOK, "valid"},
		{"check account 40702810955230165460 --bik 044030653", exitNo, "Ключ счёта"},
		{"check account 40702810955230165460", exitUsage, "--bik"},
		{"check passport 1", exitUsage, "unknown kind"},
		{"check inn", exitUsage, "missing"},
		{"check", exitUsage, "kind"},
	} {
		out, errs, code := console(t, "", strings.Fields(c.args)...)
		if code != c.code || !strings.Contains(out+errs, c.says) {
			t.Errorf("console %s: exit %d, %q %q; want %d, %q", c.args, code, out, errs, c.code, c.says)
		}
	}
}

func TestCheckLines(t *testing.T) {
	out, _, code := console(t, "inn,7707083893\nsnils,112-233-445 98,\"a,b\",invalid,somewhere\n", "check", "-")
	want := "inn,7707083893,,valid,\nsnils,112-233-445 98,\"a,b\",invalid,"
	if code != exitNo || !strings.HasPrefix(out, want) {
		t.Errorf("exit %d, %q", code, out)
	}
	if _, _, code := console(t, "kind,value,aux\ninn,7707083893,\n", "check", "-"); code != exitOK {
		t.Errorf("all valid: exit %d", code)
	}
	if _, _, code := console(t, "passport,1,\n", "check", "-"); code != exitUsage {
		t.Errorf("unknown kind: exit %d", code)
	}
}

func TestCheckAgreesWithThePublishedFile(t *testing.T) {
	dir := os.Getenv("CONFORMANCE_DIR")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "conformance")
	}
	file, err := os.ReadFile(filepath.Join(dir, "identifiers", "ru_identifiers.csv"))
	if err != nil {
		t.Skipf("conformance data not here: %v", err)
	}
	published, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out, _, _ := console(t, string(file), "check", "-")
	ours, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil || len(ours) != len(published)-1 {
		t.Fatalf("%d lines for %d, %v", len(ours), len(published)-1, err)
	}
	for i, row := range published[1:] {
		if strings.Join(row[:4], ",") != strings.Join(ours[i][:4], ",") {
			t.Errorf("published %v, ours %v", row, ours[i])
		}
	}
}
