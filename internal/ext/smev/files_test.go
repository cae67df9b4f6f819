package smev_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"signdesk/internal/ext/sim"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/ext/smev"
	"signdesk/internal/gost"
)

// storeOf opens the simulator's file store and returns a client of it.
func storeOf(t testing.TB, w *sim.World) *smev.Files {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- w.SMEV.ServeFiles(l) }()
	t.Cleanup(func() {
		if err := errors.Join(w.SMEV.CloseFiles(), <-done); err != nil {
			t.Error(err)
		}
	})
	return &smev.Files{Address: l.Addr().String(), Idle: time.Second}
}

// large is a file that must not be changed on its way: every octet, CR and LF
// and what FTP's own line ends look like.
func large() []byte {
	b := make([]byte, 300_000)
	for i := range b {
		b[i] = byte(i * 7 >> 3)
	}
	return append(b, "\r\n\n\r\xff\xff"...)
}

// TestFileStoreTroubles puts and fetches a file through everything that may go
// wrong, and after it once more without trouble.
func TestFileStoreTroubles(t *testing.T) {
	dir := t.TempDir()
	w, c := simulatorIn(t, dir, "1.2")
	store := storeOf(t, w)
	by := gost.Signatory{Certificate: c.Certificate, Key: c.Signer}
	big := large()
	script := func(text string) {
		t.Helper()
		if err := w.SMEV.Script(text); err != nil {
			t.Fatal(err)
		}
	}
	newRef := func() smev.Reference {
		r, err := smev.NewReference(uuid.NewString(), "application/zip", bytes.NewReader(big), by, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	for name, row := range map[string]struct {
		temper    string
		code      int
		temporary bool
		text      string
	}{
		"denied": {"Put denied", 530, true, "не приняло пароль"}, "absent": {"Put absent", 550, true, "нет"},
		"dropped": {"Put drop", 0, true, "не отвечает"}, "cut": {"Put cut", 0, true, "не отвечает"}, "slow": {"Put slow 1500ms", 0, true, "не отвечает"},
	} {
		r := newRef()
		script(row.temper)
		err := store.Put(t.Context(), r, bytes.NewReader(big))
		var e *smev.FileError
		if !errors.As(err, &e) || row.code != 0 && e.Code != row.code || e.Temporary() != row.temporary || !strings.Contains(e.Text(), row.text) {
			t.Errorf("put %s: %v", name, err)
		}
		if err := store.Put(t.Context(), r, bytes.NewReader(big)); err != nil {
			t.Errorf("put %s, again: %v", name, err)
		}
	}
	good := newRef()
	if err := store.Put(t.Context(), good, bytes.NewReader(big)); err != nil {
		t.Fatal(err)
	}
	received := deliveredTo(t, dir, w, c, good)
	for name, row := range map[string]struct {
		temper    string
		change    func(*smev.Reference)
		temporary bool
		why       func(*smev.FileError) bool
		text      string
	}{
		"denied":         {"Fetch denied", nil, true, (*smev.FileError).Denied, "пароль"},
		"wrong password": {"", func(r *smev.Reference) { r.Password = "другой" }, true, (*smev.FileError).Denied, "пароль"},
		"absent":         {"Fetch absent", nil, true, (*smev.FileError).Absent, "нет"},
		"another's file": {"", func(r *smev.Reference) { r.FileName = "/../" + good.UUID + "/x" }, true, (*smev.FileError).Absent, "нет"},
		"dropped":        {"Fetch drop", nil, true, nil, "не отвечает"},
		"cut":            {"Fetch cut", nil, true, nil, "не отвечает"},
		"silent":         {"Fetch slow 1500ms", nil, true, nil, "не отвечает"},
		"changed":        {"Fetch changed", nil, true, func(e *smev.FileError) bool { return errors.Is(e, smev.ErrHash) }, "хэш"},
		"another's signature": {"", func(r *smev.Reference) { r.SignaturePKCS7 = signatureOf(t, by, []byte("другой")) }, false,
			func(e *smev.FileError) bool { return errors.Is(e, gost.ErrSignature) }, "подпись"},
		"no signature at all": {"", func(r *smev.Reference) { r.SignaturePKCS7 = []byte("не CMS") }, false, nil, "подпись"},
	} {
		r := received
		if row.change != nil {
			row.change(&r)
		}
		if row.temper != "" {
			script(row.temper)
		}
		err := store.Fetch(t.Context(), r, io.Discard)
		var e *smev.FileError
		if !errors.As(err, &e) || e.Temporary() != row.temporary || row.why != nil && !row.why(e) || !strings.Contains(e.Text(), row.text) {
			t.Errorf("fetch %s: %v", name, err)
		}
		for _, secret := range []string{r.Password, r.UserName, r.FileName} {
			if err != nil && strings.Contains(err.Error(), secret) {
				t.Errorf("fetch %s: the error tells %q", name, secret)
			}
		}
		var got bytes.Buffer
		if err := store.Fetch(t.Context(), received, &got); err != nil || !bytes.Equal(got.Bytes(), big) {
			t.Errorf("fetch %s, again: %v", name, err)
		}
	}
	if n := len(w.SMEV.Left()); n != 0 {
		t.Errorf("%d steps of the script were not met", n)
	}

	small := &smev.Files{Address: store.Address, MaxBytes: 1000}
	for name, err := range map[string]error{"fetched": small.Fetch(t.Context(), received, io.Discard), "put": small.Put(t.Context(), newRef(), bytes.NewReader(big))} {
		var e *smev.FileError
		if !errors.As(err, &e) || !errors.Is(err, smev.ErrFileSize) || e.Temporary() {
			t.Errorf("over the limit, %s: %v", name, err)
		}
	}

	script("Fetch cut")
	half, err := store.Open(t.Context(), received, 0)
	if err != nil {
		t.Fatal(err)
	}
	var all bytes.Buffer
	if _, err := io.Copy(&all, half); err == nil || all.Len() == 0 || all.Len() == len(big) {
		t.Fatalf("cut: %d octets, %v", all.Len(), err)
	}
	half.Close()
	rest, err := store.Open(t.Context(), received, int64(all.Len()))
	if err != nil {
		t.Fatal(err)
	}
	defer rest.Close()
	if _, err := io.Copy(&all, rest); err != nil || !bytes.Equal(all.Bytes(), big) {
		t.Errorf("what was left of a cut file: %v", err)
	}

	ctx, cancel := context.WithCancel(t.Context())
	script("Fetch slow 20s")
	time.AfterFunc(200*time.Millisecond, cancel)
	began := time.Now()
	if err := store.Fetch(ctx, received, io.Discard); err == nil || time.Since(began) > time.Second {
		t.Errorf("given up after %v: %v", time.Since(began), err)
	}
	if err := (&smev.Files{Address: "127.0.0.1:1"}).Put(t.Context(), good, bytes.NewReader(big)); err == nil {
		t.Error("nobody listens")
	}
}

// deliveredTo sends a request that refers to the file and takes it as the body
// that must answer: where the file lies, with the password of this delivery.
func deliveredTo(t *testing.T, dir string, w *sim.World, c *smev.Client, r smev.Reference) smev.Reference {
	t.Helper()
	turn(t, w, state.Knobs{External: "MVDR01"})
	ask := smev.Request{MessageID: smev.NewMessageID(time.Now()), Content: []byte(`<request xmlns="urn://ru/mvd/sovm/p001/1.0.0"/>`), References: []smev.Reference{r}}
	if _, err := c.SendRequest(t.Context(), ask); err != nil {
		t.Fatal(err)
	}
	in, err := providerOf(t, dir, "MVDR01", c).GetRequest(t.Context(), smev.Selector{})
	if err != nil || len(in.References) != 1 || in.References[0].Password == "" {
		t.Fatalf("%+v, %v", in, err)
	}
	return in.References[0]
}

// missing skips a test without the program; the suite of the project has it.
func missing(t *testing.T, name string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal("no " + name)
	}
	t.Skip("no " + name)
}

func signatureOf(t *testing.T, by gost.Signatory, content []byte) []byte {
	t.Helper()
	der, err := gost.SignCMSReader(rand.Reader, bytes.NewReader(content), by, gost.SignOptions{Detached: true, SigningTime: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// TestForeignFTP has programs that we did not write at the other end: a server
// for our client, a client for the simulator's server.
func TestForeignFTP(t *testing.T) {
	dir := t.TempDir()
	w, c := simulatorIn(t, dir, "1.1")
	by := gost.Signatory{Certificate: c.Certificate, Key: c.Signer}
	big := large()
	r, err := smev.NewReference(uuid.NewString(), "application/zip", bytes.NewReader(big), by, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	t.Run("server", func(t *testing.T) {
		dir := t.TempDir()
		store := &smev.Files{Address: pyftpd(t, dir), Idle: 5 * time.Second}
		if err := store.Put(t.Context(), r, bytes.NewReader(big)); err != nil {
			t.Fatal(err)
		}
		if on, err := os.ReadFile(filepath.Join(dir, r.UUID, r.UUID)); err != nil || !bytes.Equal(on, big) {
			t.Errorf("on the disk: %d octets, %v", len(on), err)
		}
		got := r
		got.FileName, got.UserName, got.Password = "/"+r.UUID+"/"+r.UUID, "anonymous", "smev"
		var file bytes.Buffer
		if err := store.Fetch(t.Context(), got, &file); err != nil || !bytes.Equal(file.Bytes(), big) {
			t.Errorf("fetched %d octets: %v", file.Len(), err)
		}
		body, err := store.Open(t.Context(), got, 200_000)
		if err != nil {
			t.Fatal(err)
		}
		defer body.Close()
		if tail, err := io.ReadAll(body); err != nil || !bytes.Equal(tail, big[200_000:]) {
			t.Errorf("from the middle: %d octets, %v", len(tail), err)
		}
		got.UserName = "nobody"
		var e *smev.FileError
		if err := store.Fetch(t.Context(), got, io.Discard); !errors.As(err, &e) || !e.Denied() {
			t.Errorf("a stranger: %v", err)
		}
	})
	t.Run("client", func(t *testing.T) {
		curl, err := exec.LookPath("curl")
		if err != nil {
			missing(t, "curl")
		}
		store := storeOf(t, w)
		if err := os.WriteFile(filepath.Join(dir, "in"), big, 0o600); err != nil {
			t.Fatal(err)
		}
		put := exec.Command(curl, "--silent", "--show-error", "--max-time", "20", "--ftp-create-dirs", "-T", filepath.Join(dir, "in"), "ftp://anonymous:smev@"+store.Address+"/"+r.UUID+"/scan.zip")
		if out, err := put.CombinedOutput(); err != nil {
			t.Fatalf("curl: %v\n%s", err, out)
		}
		at := deliveredTo(t, dir, w, c, r)
		for _, mode := range []string{"--ftp-pasv", "--disable-epsv"} {
			get := exec.Command(curl, "--silent", "--show-error", "--max-time", "20", mode, "-u", at.UserName+":"+at.Password, "-o", filepath.Join(dir, "out"), "ftp://"+store.Address+at.FileName)
			if out, err := get.CombinedOutput(); err != nil {
				t.Fatalf("curl %s: %v\n%s", mode, err, out)
			}
			if got, err := os.ReadFile(filepath.Join(dir, "out")); err != nil || !bytes.Equal(got, big) {
				t.Errorf("curl %s: %d octets, %v", mode, len(got), err)
			}
		}
	})
}

// pyftpd starts a foreign FTP server over the folder and returns its address.
func pyftpd(t *testing.T, dir string) string {
	t.Helper()
	python := ""
	for _, name := range []string{"/usr/bin/python3", "python3"} { // the system's own knows its packages, another python before it does not
		if exec.Command(name, "-c", "import pyftpdlib").Run() == nil {
			python = name
			break
		}
	}
	if python == "" {
		missing(t, "python3-pyftpdlib")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().(*net.TCPAddr)
	l.Close()
	server := exec.CommandContext(t.Context(), python, "-W", "ignore", "-m", "pyftpdlib", "-i", "127.0.0.1", "-p", strconv.Itoa(address.Port), "-w", "-d", dir)
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	})
	for until := time.Now().Add(10 * time.Second); time.Now().Before(until); time.Sleep(50 * time.Millisecond) {
		if conn, err := net.Dial("tcp", address.String()); err == nil {
			conn.Close()
			return address.String()
		}
	}
	t.Fatal("the server does not answer")
	return ""
}
