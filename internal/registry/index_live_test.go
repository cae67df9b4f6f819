package registry

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"signdesk/internal/db"
	"signdesk/internal/db/dbtest"
)

// Whoever searches while the tables are built and swapped sees one build or the
// other: numbers of words of the one never meet lists of the other. Plans that a
// function keeps are remade.
func TestIndexIsBuiltWhileSearching(t *testing.T) {
	dsn := dbtest.DSN(t)
	owner, err := db.Open(t.Context(), dsn, db.Options{AsOwner: true})
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close()
	d, err := db.Open(t.Context(), dsn, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	takeIn(t, d, compactDump(t, 3000, 3))
	index(t, d, true)
	// Two readers in opposite orders, behind the gate.
	for name, order := range map[string]string{"forth": `
			SELECT id, df INTO w, n FROM registry_word WHERE word = q; PERFORM pg_sleep(0.002);
			SELECT sum(cardinality(ords)) INTO m FROM registry_posting WHERE word = w;`, "back": `
			SELECT count(*) INTO m FROM registry_posting WHERE word = 1; PERFORM pg_sleep(0.002);
			SELECT sum(cardinality(ords)), max(df) INTO m, n FROM registry_posting p JOIN registry_word w ON w.id = p.word WHERE w.word = q;`} {
		_, err := owner.Plain().ExecContext(t.Context(), `CREATE FUNCTION `+name+`(q text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
			DECLARE w int; n int; m int; BEGIN PERFORM FROM registry_index; `+order+` RETURN n = m; END $$`)
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	var readers sync.WaitGroup
	var asked atomic.Int64
	for i := range 4 {
		name := []string{"forth", "back"}[i%2]
		readers.Go(func() {
			for ctx.Err() == nil {
				var same *bool
				err := d.Plain().QueryRowContext(ctx, `SELECT `+name+`('@ЕЛЕНА')`).Scan(&same)
				if ctx.Err() == nil && (err != nil || same == nil || !*same) {
					t.Errorf("%s: %v, %v", name, same, err)
					return
				}
				asked.Add(1)
			}
		})
	}
	for range 6 { // with other numbers every time
		if _, err := owner.Plain().ExecContext(t.Context(), `UPDATE registry_doc SET more = more || ' ' || left(md5(ogrn || now()), 5)`); err != nil {
			t.Fatal(err)
		}
		before := asked.Load()
		if report := index(t, d, true); report.Docs != 3000 {
			t.Errorf("%+v", report)
		}
		if asked.Load() == before {
			t.Error("nobody could search meanwhile")
		}
	}
	stop()
	readers.Wait()
}

// Two who build at once do it one after the other, and the second finds nothing to do.
func TestOneIndexAtATime(t *testing.T) {
	d := dbtest.New(t)
	takeIn(t, d, compactDump(t, 500, 3))
	var wg sync.WaitGroup
	var anew, idle atomic.Int64
	for range 4 {
		wg.Go(func() {
			report, err := Reindex(t.Context(), d, nil)
			switch {
			case err != nil:
				t.Error(err)
			case report.Anew:
				anew.Add(1)
			case report.Docs == 0:
				idle.Add(1)
			}
		})
	}
	wg.Wait()
	if anew.Load() > 1 || anew.Load()+idle.Load() != 4 {
		t.Errorf("%d built, %d found it done", anew.Load(), idle.Load())
	}
}

// A build or an amendment killed at any moment leaves the tables as they were or
// as they shall be, and the next one does the rest.
func TestKilledIndexGoesOn(t *testing.T) {
	if dsn := os.Getenv("KILLED_INDEX_DSN"); dsn != "" { // this is the process to be killed
		d, err := db.Open(t.Context(), dsn, db.Options{})
		if err != nil {
			t.Fatal(err)
		}
		ix := smallIndexer(d)
		ix.tell = func(IndexProgress) { os.Stdout.WriteString("begun\n") }
		if _, err := ix.run(t.Context(), os.Getenv("KILLED_INDEX_ANEW") != ""); err != nil {
			t.Fatal(err)
		}
		return
	}
	dsn := dbtest.DSN(t)
	d, err := db.Open(t.Context(), dsn, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	takeIn(t, d, compactDump(t, 5000, 3))
	index(t, d, true)
	built := readIndex(t, d)
	for range 3 {
		killIndex(t, dsn, "1", func() { time.Sleep(time.Duration(rand.IntN(150)) * time.Millisecond) })
		compareIndexes(t, built, readIndex(t, d))
	}
	takeIn(t, d, compactDump(t, 160, 4))
	left := count(t, d, "registry_pending")
	for range 2 {
		killIndex(t, dsn, "", func() {
			for begun := time.Now(); count(t, d, "registry_pending") == left && time.Since(begun) < 10*time.Second; {
				time.Sleep(time.Millisecond)
			}
		})
		if n := count(t, d, "registry_pending"); n == left || n == 0 {
			t.Errorf("killed before anything was amended, or after all was: %d of %d lines left", n, left)
		} else {
			left = n
		}
	}
	index(t, d, false)
	amended := readIndex(t, d)
	index(t, d, true)
	built = readIndex(t, d)
	amended.alive(t, d)
	sameAnswers(t, built, amended)
	if n := count(t, d, "pg_namespace WHERE nspname = '"+besides+"'"); n != 0 {
		t.Error("a killed build left its tables")
	}
}

// killIndex kills a process that has begun, when until returns.
func killIndex(t *testing.T, dsn, anew string, until func()) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledIndexGoesOn$")
	cmd.Env = append(os.Environ(), "KILLED_INDEX_DSN="+dsn, "KILLED_INDEX_ANEW="+anew)
	begun := make(chan struct{})
	cmd.Stdout = writerFunc(func(p []byte) (int, error) {
		if begun != nil && strings.Contains(string(p), "begun") {
			close(begun)
			begun = nil
		}
		return len(p), nil
	})
	wait := begun
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-wait:
	case <-time.After(20 * time.Second):
		t.Error("did not begin")
	}
	until()
	_ = cmd.Process.Kill()
	if err := cmd.Wait(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		t.Error(err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
