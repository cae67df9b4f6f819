package bench

import (
	"crypto/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signdesk/internal/gost"
)

// engine makes OpenSSL load its GOST engine; the rest is for "openssl ca".
const engine = `openssl_conf = conf
[conf]
engines = engines
[engines]
gost = gost
[gost]
engine_id = gost
default_algorithms = ALL
[ca]
default_ca = test
[test]
dir = .
database = index.txt
new_certs_dir = .
serial = serial
private_key = key.pem
certificate = ca.pem
default_md = md_gost12_256
default_days = 5
unique_subject = no
policy = any
[any]
commonName = supplied
[req]
distinguished_name = req
`

// opensslRun is a folder where openssl knows GOST.
type opensslRun struct {
	*testing.B
	path, dir string
}

func newOpenSSL(b *testing.B) opensslRun {
	b.Helper()
	o := opensslRun{b, program(b, "openssl"), b.TempDir()}
	o.write("openssl.cnf", engine)
	o.write("index.txt", "")
	o.write("serial", "1000\n")
	o.write("big", strings.Repeat("выписка ", 4<<20))
	o.run("genpkey", "-algorithm", "gost2012_256", "-pkeyopt", "paramset:TCA", "-out", "key.pem")
	o.run("req", "-new", "-x509", "-key", "key.pem", "-subj", "/CN=CA", "-days", "10", "-out", "ca.pem")
	o.run("req", "-new", "-key", "key.pem", "-subj", "/CN=Client", "-out", "client.csr")
	o.run("ca", "-config", "openssl.cnf", "-batch", "-notext", "-out", "client.pem", "-in", "client.csr")
	return o
}

func (o opensslRun) write(name, text string) {
	o.Helper()
	if err := os.WriteFile(filepath.Join(o.dir, name), []byte(text), 0o600); err != nil {
		o.Fatal(err)
	}
}

func (o opensslRun) run(args ...string) time.Duration {
	o.Helper()
	cmd := exec.CommandContext(o.Context(), o.path, args...)
	cmd.Dir = o.dir
	cmd.Env = append(os.Environ(), "OPENSSL_CONF=openssl.cnf")
	_, took := run(o.B, cmd)
	return took
}

// each is the time of one act when the command does it once per file: the start
// of the program is taken off.
func (o opensslRun) each(file string, args ...string) float64 {
	const many = 300
	files := strings.Fields(strings.Repeat(file+" ", many+1))
	var rounds []float64
	for range 5 {
		one := o.run(append(args, files[:1]...)...)
		rounds = append(rounds, (o.run(append(args, files...)...)-one).Seconds()/many)
	}
	return median(rounds)
}

// BenchmarkGost compares the GOST primitives with OpenSSL's engine, one thread each.
func BenchmarkGost(b *testing.B) {
	openssl := newOpenSSL(b)
	key, err := gost.GenerateKey(rand.Reader, gost.TC26A256)
	if err != nil {
		b.Fatal(err)
	}
	digest := gost.Sum256([]byte("выписка"))
	signature, err := key.Sign(rand.Reader, digest[:], nil)
	if err != nil {
		b.Fatal(err)
	}
	verify := perSecond(func() {
		if err := gost.Verify(&key.PublicKey, digest[:], signature); err != nil {
			b.Fatal(err)
		}
	})
	sign := perSecond(func() {
		if _, err := key.Sign(rand.Reader, digest[:], nil); err != nil {
			b.Fatal(err)
		}
	})
	hashFigures(b, openssl)
	b.Run("verify", func(b *testing.B) {
		figure(b, verify, 1/openssl.each("client.pem", "verify", "-CAfile", "ca.pem"), "signatures/s")
	})
	// openssl ca verifies the request, then signs the certificate
	b.Run("issue", func(b *testing.B) {
		ours := 1 / (1/verify + 1/sign)
		figure(b, ours, 1/openssl.each("client.csr", "ca", "-config", "openssl.cnf", "-batch", "-notext", "-infiles"), "certificates/s")
	})
	b.Run("sign", func(b *testing.B) { figure(b, sign, 0, "signatures/s") })
}

// perSecond is how often fn runs in a second.
func perSecond(fn func()) float64 {
	const span = 500 * time.Millisecond
	n := 0
	begun := time.Now()
	for time.Since(begun) < span {
		fn()
		n++
	}
	return float64(n) / time.Since(begun).Seconds()
}
