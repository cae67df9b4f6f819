package main

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
	"signdesk/internal/registry"
)

// What must come out the same however often an import was killed. Places (ord)
// are not among it: those given in a transaction that never was stay empty.
var whatMatters = map[string]string{
	"records":  `SELECT concat_ws(' ', ogrn, extracted, made, digest, md5(card)) FROM registry_org ORDER BY 1`,
	"lines":    `SELECT concat_ws('|', ord >> 25, ogrn, inn, kpp, kind, region, state, form, okved, name, norm, more, head, place) FROM registry_doc ORDER BY 1`,
	"pairs":    `SELECT o.ogrn FROM registry_org o FULL JOIN registry_doc d USING (ord) WHERE o.ogrn IS DISTINCT FROM d.ogrn`,
	"changes":  `SELECT concat_ws(' ', ogrn, made, what) FROM registry_change ORDER BY 1`,
	"rejected": `SELECT concat_ws(' ', member, record, ogrn, reason) FROM registry_reject ORDER BY 1`,
	"taken":    `SELECT concat_ws(' ', member, records, rejected, done) FROM registry_import ORDER BY 1`,
	"pending":  `SELECT concat_ws(' ', ord, gone) FROM registry_pending ORDER BY 1`,
	"words": `SELECT concat_ws(' ', w.word, d.ogrn) FROM registry_word w JOIN registry_posting p ON p.word = w.id, unnest(p.ords) o (ord)
		JOIN registry_doc d USING (ord) ORDER BY 1`,
	"indexes": `SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'registry%' ORDER BY 1`,
}

func outcome(t *testing.T, dsn string) map[string][]string {
	t.Helper()
	d, err := db.Open(t.Context(), dsn, db.Options{AsOwner: true})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	all := map[string][]string{}
	for name, query := range whatMatters {
		var list []string
		if err := d.Plain().NewRaw(query).Scan(t.Context(), &list); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all[name] = list
	}
	return all
}

// A console killed by SIGKILL again and again in the midst of an import, or while
// it builds the search tables, ends where an undisturbed one does.
func TestKilledImportEndsTheSame(t *testing.T) {
	if args := os.Getenv("CONSOLE_TO_KILL"); args != "" { // this is the console to be killed
		files := filepath.SplitList(args)
		os.Exit(run(&env{ctx: t.Context(), stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, getenv: os.Getenv, now: time.Now},
			append([]string{"registry", "import"}, files...)))
	}
	dir := t.TempDir()
	var files []string
	day := time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)
	for i, o := range []registry.GenerateOptions{{Orgs: 9000, Seed: 3, Date: day, Compact: true}, {Orgs: 3000, Seed: 3, Date: day.AddDate(0, 2, 0)}, {Orgs: 50, Seed: 4, Date: day, Compact: true}} {
		var zip bytes.Buffer
		if err := registry.Generate(&zip, o); err != nil {
			t.Fatal(err)
		}
		files = append(files, filepath.Join(dir, fmt.Sprint(i, ".zip")))
		if err := os.WriteFile(files[i], zip.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	bad := filepath.Join(dir, "bad.xml")
	if err := os.WriteFile(bad, []byte(`<EGRIP ДатаВыг="2026-01-01"><СвИП ДатаВып="2026-01-01" ОГРНИП="304500116000158"/></EGRIP>`), 0o600); err != nil {
		t.Fatal(err)
	}
	files = append(files, bad)
	// console starts one on a database and kills it after so long, unless 0.
	console := func(dsn string, after time.Duration) (done bool) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledImportEndsTheSame$")
		list := ""
		for _, f := range files {
			list += f + string(filepath.ListSeparator)
		}
		cmd.Env = append(os.Environ(), "CONSOLE_TO_KILL="+list[:len(list)-1], "DATABASE_URL="+dsn, "CONSOLE_VAR="+dir)
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if after > 0 {
			defer time.AfterFunc(after, func() { _ = cmd.Process.Kill() }).Stop()
		}
		err := cmd.Wait()
		var failed *exec.ExitError
		if errors.As(err, &failed) && failed.ExitCode() < 0 { // killed
			return false
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, &out)
		}
		return true
	}
	calm, shaken := dbtest.DSN(t), dbtest.DSN(t)
	begun := time.Now()
	console(calm, 0)
	whole := time.Since(begun)
	r := rand.New(rand.NewPCG(uint64(begun.UnixNano()), 1))
	kills := 0
	for !console(shaken, whole/8+time.Duration(r.Int64N(int64(whole/2))*int64(1+kills)/4)) {
		kills++
	}
	want, got := outcome(t, calm), outcome(t, shaken)
	t.Logf("%d kills; %d records, %d changes, %d words", kills, len(got["records"]), len(got["changes"]), len(got["words"]))
	if kills < 2 || len(got["changes"]) < 100 || len(got["rejected"]) != 1 || len(got["pairs"]) != 0 {
		t.Error("too calm, or nothing to lose")
	}
	for name := range whatMatters {
		if len(want[name]) != len(got[name]) {
			t.Errorf("%s: %d, undisturbed %d", name, len(got[name]), len(want[name]))
			continue
		}
		for i := range want[name] {
			if want[name][i] != got[name][i] {
				t.Errorf("%s: %q, undisturbed %q", name, got[name][i], want[name][i])
				break
			}
		}
	}
}
