package pdfsig

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"signdesk/internal/gost"
)

// desk is a folder in which programs nobody here wrote work.
type desk struct {
	*testing.T
	dir string
}

const engineConf = `openssl_conf = main
[main]
engines = engines
[engines]
gost = gost
[gost]
engine_id = gost
default_algorithms = ALL
`

func newDesk(t *testing.T, programs ...string) *desk {
	t.Helper()
	d := &desk{t, t.TempDir()}
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatalf("%s is missing", p)
			}
			t.Skipf("%s is missing", p)
		}
	}
	d.write("engine.cnf", []byte(engineConf))
	if slices.Contains(programs, "openssl") {
		if out := d.run("openssl", "engine", "gost"); strings.Contains(out, "Can't") {
			if os.Getenv("CI") == "true" {
				t.Fatal("openssl has no gost engine")
			}
			t.Skip("openssl has no gost engine")
		}
	}
	return d
}

func (d *desk) write(name string, b []byte) {
	d.Helper()
	check(d, os.WriteFile(filepath.Join(d.dir, name), b, 0o600))
}

func (d *desk) read(name string) []byte {
	d.Helper()
	b, err := os.ReadFile(filepath.Join(d.dir, name))
	check(d, err)
	return b
}

func (d *desk) run(program string, args ...string) string {
	d.Helper()
	cmd := exec.Command(program, args...)
	cmd.Dir = d.dir
	cmd.Env = append(os.Environ(), "OPENSSL_CONF="+filepath.Join(d.dir, "engine.cnf"))
	out, err := cmd.CombinedOutput()
	if err != nil {
		d.Fatalf("%s %s: %v\n%s", program, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// keep writes a person's files.
func (d *desk) keep(p *person) {
	d.Helper()
	der, err := gost.MarshalPrivateKey(p.key)
	check(d, err)
	d.write("key.der", der)
	d.write("cert.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.cert.Raw}))
}

// witnessed holds our reading against that of poppler's pdfsig, which cannot
// verify GOST but says which bytes each signature covers, whose it is and
// whether anything follows; and against qpdf, which reads every object.
func (d *desk) witnessed(name string, b []byte) *Document {
	d.Helper()
	d.write("one.pdf", b)
	doc := verify(d, b)
	out := d.run("pdfsig", "one.pdf")
	fields := regexp.MustCompile(`Signature Field Name: (.*)`).FindAllStringSubmatch(out, -1)
	whole := regexp.MustCompile(`(Total|Not total) document signed`).FindAllStringSubmatch(out, -1)
	by := regexp.MustCompile(`Signer Certificate Common Name: (.*)`).FindAllStringSubmatch(out, -1)
	if len(fields) != len(doc.Signatures) || len(whole) != len(fields) || len(by) != len(fields) {
		d.Fatalf("%s: we see %d signatures, pdfsig says\n%s", name, len(doc.Signatures), out)
	}
	for i, s := range doc.Signatures {
		signer := s.Signers
		if s.Stamp != nil {
			signer = []gost.SignerResult{s.Stamp.Authority}
		}
		if len(signer) != 1 || signer[0].Certificate == nil {
			d.Fatalf("%s: %+v", name, s)
		}
		if s.Field != fields[i][1] || s.Whole != (whole[i][1] == "Total") || signer[0].Certificate.Subject.Get(gost.OIDCommonName) != by[i][1] {
			d.Errorf("%s: we see %+v, pdfsig says\n%s", name, s, out)
		}
	}
	d.run("qpdf", "--check", "one.pdf")
	return doc
}

// Messages of openssl in our documents, and ours before openssl.
func TestOpenSSLSigns(t *testing.T) {
	d := newDesk(t, "openssl", "pdfsig", "qpdf")
	shapes := []string{"", "-noattr", "-cades", "-cades -nosmimecap"}
	for i, c := range []*gost.Curve{gost.CryptoProA, gost.CryptoProB, gost.CryptoProC, gost.CryptoProXA, gost.CryptoProXB,
		gost.TC26A256, gost.TC26B256, gost.TC26C256, gost.TC26D256, gost.TC26A512, gost.TC26B512, gost.TC26C512} {
		p := newPerson(t, "Anna", c)
		d.keep(p)
		shape := shapes[i%len(shapes)]
		m := draft(i%2 == 1)
		b := m.sign(t, signFunc(func(content []byte) []byte {
			d.write("content", content)
			d.run("openssl", append([]string{"cms", "-sign", "-binary", "-in", "content", "-signer", "cert.pem", "-inkey", "key.der", "-keyform", "DER",
				"-outform", "DER", "-out", "message"}, strings.Fields(shape)...)...)
			return d.read("message")
		}))
		doc := d.witnessed(c.Name+" "+shape, b)
		if s := doc.Signatures[0]; s.Verdict != Valid || s.Signers[0].CAdES != strings.Contains(shape, "cades") {
			t.Errorf("%s %s: %+v", c.Name, shape, s)
		}

		b = draft(i%2 == 0).sign(t, signFunc(func(content []byte) []byte {
			d.write("content", content)
			der := p.sign(t, content)
			d.write("message", der)
			d.run("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "message", "-content", "content", "-CAfile", "cert.pem", "-purpose", "any", "-cades", "-out", "out")
			return der
		}))
		if s := verify(t, b).Signatures[0]; s.Verdict != Valid {
			t.Errorf("%s: %+v", c.Name, s)
		}
	}
}

// Several revisions as poppler and qpdf see them.
func TestForeignEyes(t *testing.T) {
	d := newDesk(t, "pdfsig", "qpdf")
	anna, boris := newPerson(t, "Anna", gost.CryptoProXA), newPerson(t, "Boris", gost.TC26A512)
	for _, packed := range []bool{false, true} {
		m := draft(packed)
		d.witnessed("one", m.sign(t, anna))
		m.put(5, strings.Replace(formDict, "9 0 R]", "9 0 R 33 0 R]", 1))
		m.put(33, "<</FT /Sig /T (Signature2) /V 34 0 R>>")
		m.put(34, signature("ETSI.CAdES.detached", ""))
		doc := d.witnessed("two", m.sign(t, boris))
		if len(doc.Signatures) != 2 || doc.Signatures[0].Verdict != Valid || doc.Signatures[1].Verdict != Valid {
			t.Errorf("%+v", doc)
		}
		m.put(4, streamBody("", "BT /F1 12 Tf (Pay 900) Tj ET"))
		doc = d.witnessed("changed", m.save())
		if doc.Revisions != 3 || doc.Signatures[0].Verdict != ModifiedLater || doc.Signatures[1].Verdict != ModifiedLater {
			t.Errorf("%+v", doc)
		}
	}
}

// Documents laid out by qpdf: linearised, with object streams, with neither;
// signed and changed in updates of ours.
func TestForeignLayouts(t *testing.T) {
	d := newDesk(t, "pdfsig", "qpdf")
	anna := newPerson(t, "Anna", gost.CryptoProXA)
	m := draft(false)
	m.put(5, "<</Fields [9 0 R]>>")
	m.put(3, strings.Replace(page, "7 0 R ", "", 1))
	delete(m.objects, 7)
	delete(m.objects, 8)
	d.write("base.pdf", m.save())
	for _, how := range []string{"--object-streams=disable", "--object-streams=generate", "--linearize", "--linearize --object-streams=generate", "--qdf", "--force-version=1.4"} {
		d.run("qpdf", append(strings.Fields(how), "base.pdf", "laid.pdf")...)
		base := d.read("laid.pdf")
		f, err := open(base, &budget{maxValues, maxInflated})
		check(t, err)
		if f.rebuilt || f.revisions() != 1 || (len(f.sections) == 2) != strings.Contains(how, "linearize") {
			t.Errorf("%s: %d revisions in %d sections, rebuilt %v", how, f.revisions(), len(f.sections), f.rebuilt)
		}
		for _, packed := range []bool{false, true} {
			m := &maker{b: bytes.Clone(base), objects: map[int]string{}, prev: f.sections[0].start, size: f.trailer["Size"].(int), packed: packed}
			root := f.trailer["Root"].(ref)
			m.root = written(root)
			catalog, form := f.catalog(), dict{}
			for k, v := range f.resolve(f.catalog()["AcroForm"]).(dict) {
				form[k] = v
			}
			field := m.size
			form["Fields"] = append(slices.Clone(f.resolve(form["Fields"]).(array)), ref{field, 0})
			catalog["AcroForm"] = form
			m.put(root.num, written(catalog))
			m.put(field, fmt.Sprintf("<</FT /Sig /T (Later) /V %d 0 R>>", field+1))
			m.put(field+1, signature("ETSI.CAdES.detached", ""))
			doc := d.witnessed(how, m.sign(t, anna))
			if doc.Rebuilt || doc.Revisions != 2 || doc.Signatures[0].Verdict != Valid || doc.Signatures[0].Revision != 2 {
				t.Errorf("%s: %+v", how, doc)
			}
			kids := f.resolve(dictOf(f.resolve(catalog["Pages"]))["Kids"]).(array)
			contents := dictOf(f.resolve(kids[0]))["Contents"].(ref)
			m.put(field+10, "(nothing)")
			doc = d.witnessed(how+", idle update", m.save())
			if s := doc.Signatures[0]; s.Verdict != Valid || s.Whole || len(s.Later) != 0 {
				t.Errorf("%s: %+v", how, s)
			}
			m.put(contents.num, streamBody("", "BT (Pay 900) Tj ET"))
			doc = d.witnessed(how+", changed", m.save())
			if s := doc.Signatures[0]; s.Verdict != ModifiedLater || len(s.Later) != 1 || s.Later[0].Kind != Content || s.Later[0].Where != "/Pages/Kids/Contents" {
				t.Errorf("%s: %+v", how, s)
			}
		}
	}
}

// written is a value as a PDF has it.
func written(v any) string {
	switch v := v.(type) {
	case dict:
		s := "<<"
		for _, k := range keys(v, nil) {
			s += "/" + string(k) + " " + written(v[k]) + " "
		}
		return s + ">>"
	case array:
		s := "["
		for _, e := range v {
			s += written(e) + " "
		}
		return s + "]"
	case ref:
		return fmt.Sprintf("%d %d R", v.num, v.gen)
	case name:
		return "/" + string(v)
	case text:
		return fmt.Sprintf("<%x>", v.b)
	case nil:
		return "null"
	}
	return fmt.Sprint(v)
}

// A time-stamp of the document by openssl's authority, after a signature.
func TestDocumentTimestamp(t *testing.T) {
	d := newDesk(t, "openssl", "pdfsig", "qpdf")
	anna := newPerson(t, "Anna", gost.CryptoProXA)
	key, err := gost.GenerateKey(rand.Reader, gost.TC26A256)
	check(t, err)
	der, err := gost.CreateCertificate(rand.Reader, &gost.CertificateTemplate{Serial: big.NewInt(12), Subject: gost.Name{{Type: gost.OIDCommonName, Value: "TSA"}},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageDigitalSignature, IdentificationKind: -1,
		// extended key usage, critical: time-stamping alone
		ExtraExtensions: []pkix.Extension{{Id: []int{2, 5, 29, 37}, Critical: true, Value: []byte("\x30\x0a\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x08")}},
	}, nil, &key.PublicKey, key)
	check(t, err)
	cert, err := gost.ParseCertificate(der)
	check(t, err)
	d.keep(&person{cert: cert, key: key})
	d.write("ts.cnf", []byte("[tsa]\nserial = serial\ndefault_policy = 1.2.3.4\ndigests = md_gost12_256\nsigner_digest = md_gost12_256\n"))
	d.run("openssl", "pkey", "-inform", "DER", "-in", "key.der", "-out", "key.pem")
	stamped := signFunc(func(content []byte) []byte {
		d.write("content", content)
		d.write("serial", []byte("01\n"))
		d.run("openssl", "ts", "-query", "-data", "content", "-md_gost12_256", "-cert", "-out", "query")
		d.run("openssl", "ts", "-reply", "-config", "ts.cnf", "-section", "tsa", "-queryfile", "query", "-signer", "cert.pem", "-inkey", "key.pem", "-token_out", "-out", "token")
		return d.read("token")
	})
	m := draft(false)
	m.sign(t, anna)
	m.put(5, strings.Replace(formDict, "9 0 R]", "9 0 R 33 0 R]", 1))
	m.put(33, "<</FT /Sig /T (Stamp) /V 34 0 R>>")
	m.put(34, strings.Replace(signature("ETSI.RFC3161", ""), "/Type /Sig", "/Type /DocTimeStamp", 1))
	b := m.sign(t, stamped)
	doc := verify(t, b)
	if len(doc.Signatures) != 2 {
		t.Fatalf("%+v", doc)
	}
	if s := doc.Signatures[0]; s.Verdict != Valid || len(s.Later) != 1 || s.Later[0].Kind != NewTimestamp {
		t.Errorf("%+v", s)
	}
	if s := doc.Signatures[1]; s.Verdict != Valid || s.Stamp == nil || time.Since(s.Stamp.At).Abs() > time.Minute {
		t.Errorf("%+v %+v", s, s.Stamp)
	}
	changed := bytes.Replace(b, []byte("Pay 100"), []byte("Pay 900"), 1)
	for i, s := range verify(t, changed).Signatures {
		if s.Verdict != DocumentChanged {
			t.Errorf("%d: %+v", i, s)
		}
	}
}
