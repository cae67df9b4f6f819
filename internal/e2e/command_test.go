package e2e

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// console runs one command over the data folder ("" = none) and returns what
// it printed and its exit code.
func console(t testing.TB, dir string, stdin io.Reader, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program(t, "console"), args...)
	cmd.Env = environment()
	if dir != "" {
		cmd.Env = append(cmd.Env, "CONSOLE_VAR="+dir)
	}
	var out, errs bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// says runs a command that must end with the code and returns its output.
func says(t testing.TB, dir string, code int, args ...string) string {
	t.Helper()
	out, errs, got := console(t, dir, nil, args...)
	if got != code {
		t.Errorf("console %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), got, code, out, errs)
	}
	return out
}

func TestE2ECommands(t *testing.T) {
	t.Run("help", testHelp)
	t.Run("check", testCheck)
	t.Run("transform", testTransform)
	t.Run("verify", testVerify)
	t.Run("gost", testGost)
	t.Run("data", testDataCommands)
}

// Every command that a help page lists has a help page.
func testHelp(t *testing.T) {
	seen := 0
	for _, line := range strings.Split(says(t, "", 0, "--help"), "\n") {
		if !strings.HasPrefix(line, "  ") || strings.HasPrefix(line, "   ") || strings.HasPrefix(line, "  -") {
			continue
		}
		var words []string
		for _, w := range strings.Fields(line) {
			if strings.ContainsAny(w[:1], "[<-") {
				break
			}
			words = append(words, w)
		}
		seen++
		if page := says(t, "", 0, append(words, "--help")...); !strings.Contains(page, "Usage: console "+strings.Join(words, " ")) {
			t.Errorf("help of %q: %s", words, page)
		}
	}
	if seen < 15 {
		t.Errorf("--help lists %d commands", seen)
	}
	says(t, "", 2, "no-such-command")
	says(t, "", 2, "check", "inn", "--no-such-flag")
}

// Every row of the published identifiers gets the verdict that stands beside it.
func testCheck(t *testing.T) {
	path := conformance(t, "identifiers", "ru_identifiers.csv")
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out, errs, code := console(t, "", f, "check", "-")
	if code != 1 { // some are invalid
		t.Fatalf("exit code %d\n%s", code, errs)
	}
	want, got := rows(t, readFile(t, path))[1:], rows(t, []byte(out))
	if len(got) != len(want) {
		t.Fatalf("%d verdicts on %d rows", len(got), len(want))
	}
	for i, w := range want {
		g := got[i]
		if g[0] != w[0] || g[1] != w[1] || g[2] != w[2] || g[3] != w[3] {
			t.Errorf("row %d: %q, want %q", i+2, g, w)
		}
		if (g[3] == "valid") != (g[4] == "") {
			t.Errorf("row %d: reason %q", i+2, g[4])
		}
	}
	t.Logf("%d rows agree", len(want))
	says(t, "", 0, "check", "inn", "7707083893")
	says(t, "", 1, "check", "inn", "7707083894")
	says(t, "", 2, "check", "nothing", "1")
}

func rows(t *testing.T, b []byte) [][]string {
	t.Helper()
	r := csv.NewReader(bytes.NewReader(b))
	r.FieldsPerRecord = -1
	list, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
