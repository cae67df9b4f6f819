package bench

import (
	"bufio"
	"crypto/rand"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"signdesk/internal/gost"
)

// signatureSets are the sets of RFC 9215 by our names and the engine's. XA and
// XB are A and C once more.
var signatureSets = []struct {
	curve          *gost.Curve
	algorithm, set string
}{
	{gost.CryptoProA, "gost2012_256", "A"}, {gost.CryptoProB, "gost2012_256", "B"}, {gost.CryptoProC, "gost2012_256", "C"},
	{gost.TC26A256, "gost2012_256", "TCA"}, {gost.TC26B256, "gost2012_256", "TCB"},
	{gost.TC26C256, "gost2012_256", "TCC"}, {gost.TC26D256, "gost2012_256", "TCD"},
	{gost.TC26A512, "gost2012_512", "A"}, {gost.TC26B512, "gost2012_512", "B"}, {gost.TC26C512, "gost2012_512", "C"},
}

// signatureFigures are the signatures and the checks of signatures, of one key
// and one digest, that fit into a second of one processor's time, beside the
// engine doing the same (testdata/engine.py). The digest is given, so neither
// side hashes; both draw random numbers for each signature. The two take turns.
func signatureFigures(b *testing.B, openssl opensslRun) {
	for _, s := range signatureSets {
		file := filepath.Join(openssl.dir, s.curve.Name+".pem")
		openssl.run("genpkey", "-algorithm", s.algorithm, "-pkeyopt", "paramset:"+s.set, "-out", file)
		engine, key, digest, signature := newEngineKey(b, openssl, file)
		acts := []struct {
			name string
			ours func() error
		}{
			{"sign", func() error { _, err := key.Sign(rand.Reader, digest, nil); return err }},
			{"verify", func() error { return gost.Verify(&key.PublicKey, digest, signature) }},
		}
		for _, act := range acts {
			b.Run(act.name+"_"+s.curve.Name, func(b *testing.B) {
				var ours, theirs []float64
				n := int(0.04 / engine.time(b, act.name, 50) * 50)
				for range 7 {
					theirs = append(theirs, float64(n)/engine.time(b, act.name, n))
					ours = append(ours, float64(n)/threadTime(b, func() {
						for range n {
							if err := act.ours(); err != nil {
								b.Fatal(err)
							}
						}
					}))
				}
				figure(b, median(ours), median(theirs), "signatures/s")
			})
		}
		engine.stop(b)
	}
}

// engineKey is a key in a running engine.py.
type engineKey struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Scanner
}

// newEngineKey gives the key to the engine and to us, and each the other's
// first signature.
func newEngineKey(b *testing.B, openssl opensslRun, file string) (e *engineKey, key *gost.PrivateKey, digest, signature []byte) {
	b.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	block, _ := pem.Decode(text)
	if key, err = gost.ParsePrivateKey(block.Bytes); err != nil {
		b.Fatal(err)
	}
	h := key.HashNew()
	h.Write([]byte("выписка"))
	digest = h.Sum(nil)

	script, err := filepath.Abs("testdata/engine.py")
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.CommandContext(b.Context(), program(b, "python3"), script, file, hex.EncodeToString(digest))
	cmd.Dir, cmd.Env, cmd.Stderr = openssl.dir, openssl.env(), os.Stderr
	e = &engineKey{cmd: cmd}
	if e.in, err = cmd.StdinPipe(); err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	e.out = bufio.NewScanner(out)
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	if signature, err = hex.DecodeString(e.line(b)); err != nil {
		b.Fatal(err)
	}
	if err := gost.Verify(&key.PublicKey, digest, signature); err != nil {
		b.Fatalf("the engine's signature: %v", err)
	}
	return e, key, digest, signature
}

func (e *engineKey) line(b *testing.B) string {
	b.Helper()
	if !e.out.Scan() {
		b.Fatalf("engine.py fell silent: %v", e.out.Err())
	}
	return e.out.Text()
}

// time is the processor time of n acts of the engine in seconds.
func (e *engineKey) time(b *testing.B, act string, n int) float64 {
	b.Helper()
	fmt.Fprintln(e.in, act, n)
	seconds, err := strconv.ParseFloat(e.line(b), 64)
	if err != nil {
		b.Fatal(err)
	}
	return seconds
}

func (e *engineKey) stop(b *testing.B) {
	b.Helper()
	e.in.Close()
	if err := e.cmd.Wait(); err != nil {
		b.Error(err)
	}
}

// threadTime is the processor time that fn takes on its thread, in seconds.
func threadTime(b *testing.B, fn func()) float64 {
	b.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	used := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_THREAD, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	begun := used()
	fn()
	return (used() - begun).Seconds()
}
