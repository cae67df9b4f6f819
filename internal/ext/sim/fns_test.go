package sim_test

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"signdesk/internal/gost"
)

// dump writes a zip of register files.
func dump(t *testing.T, files map[string][]byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "register.zip")
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z := zip.NewWriter(f)
	for n, b := range files {
		w, err := z.Create(n)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return name
}

func cp1251(t *testing.T, s string) []byte {
	t.Helper()
	b, err := charmap.Windows1251.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const twoFirms = `<?xml version="1.0" encoding="windows-1251"?>
<Файл ИдФайл="VO_RUGFO_1" ВерсФорм="4.07" ТипИнф="ЕГРЮЛ_ОТКР_СВЕД" КолДок="         2">
  <ИдОтпр ДолжОтв="Специалист"/>
  <Документ ИдДок="1"><СвЮЛ ДатаВып="2025-11-10" ОГРН="1027700132195" ИНН="7707083893"><СвНаимЮЛ НаимЮЛПолн="ПЕРВОЕ"/></СвЮЛ></Документ>
  <Документ ИдДок="2"><СвЮЛ ДатаВып="2025-11-10" ОГРН="1037700013020" ИНН="7701000001"><СвНаимЮЛ НаимЮЛПолн="ВТОРОЕ"/></СвЮЛ></Документ>
</Файл>`

// An extract holds the one record in windows-1251 under today's date; OpenSSL
// verifies the detached signature against /fns/ca.pem.
func TestExtractIsOneSignedRecord(t *testing.T) {
	files := map[string][]byte{"VO_RUGFO_1.xml": cp1251(t, twoFirms)}
	numbers := map[string]string{"1037700013020": "ВТОРОЕ"}
	if real, err := os.ReadFile(conformance(t, "egrul/egrul_407_anonymised_cp1251.xml")); err == nil {
		files["VO_RUGFO_2.xml"] = real
		numbers["1039952601810"] = "ОБРАЗЕЦ № 1"
	}
	if real, err := os.ReadFile(conformance(t, "egrul/egrip_anonymised_cp1251.xml")); err == nil {
		files["VO_RIGFO_1.xml"] = real
		numbers["324042227918057"] = "СвИП"
	}
	p := newPlace(t, dump(t, files))
	for number, name := range numbers {
		doc := p.get("/fns/extract?part=xml&ogrn=" + number)
		text, err := charmap.Windows1251.NewDecoder().String(doc)
		if err != nil {
			t.Fatal(err)
		}
		today := `ДатаВып="` + p.clock.now().Format("2006-01-02") + `"`
		if strings.Count(text, "<Документ ") != 1 || !strings.Contains(text, name) || !strings.Contains(text, today) || !strings.Contains(text, `КолДок="         1"`) {
			t.Errorf("%s: %s", number, text[:min(len(text), 1500)])
		}
		dir := t.TempDir()
		file := filepath.Join(dir, "e.xml")
		if err := os.WriteFile(file, []byte(doc), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(program(t, "xmllint"), "--noout", "--nonet", file).CombinedOutput(); err != nil {
			t.Errorf("%s: %s", number, out)
		}
	}
	whole := p.get("/fns/extract?ogrn=1027700132195")
	z, err := zip.NewReader(strings.NewReader(whole), int64(len(whole)))
	if err != nil || len(z.File) != 2 {
		t.Fatalf("zip: %v", err)
	}
	doc, sig := unpack(t, z.File[0]), unpack(t, z.File[1])
	verdict(t, p, doc, sig, true)
	verdict(t, p, append(bytes.Clone(doc), ' '), sig, false)
	opensslVerifies(t, p, doc, sig)

	p.turn(`{"fns":{"wrong_signature":true}}`)
	verdict(t, p, []byte(p.get("/fns/extract?part=xml&ogrn=1027700132195")), []byte(p.get("/fns/extract?part=p7s&ogrn=1027700132195")), false)
	for path, want := range map[string]int{"?ogrn=1027700000000": http.StatusNotFound, "?ogrn=12": http.StatusBadRequest, "": http.StatusBadRequest} {
		resp, err := http.Get(p.server.URL + "/fns/extract" + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%s: %d", path, resp.StatusCode)
		}
	}
}

func unpack(t *testing.T, f *zip.File) []byte {
	t.Helper()
	r, err := f.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func verdict(t *testing.T, p *place, doc, sig []byte, good bool) {
	t.Helper()
	cms, err := gost.ParseCMS(sig)
	if err != nil {
		t.Fatal(err)
	}
	results, err := cms.Verify(doc)
	if err != nil || len(results) != 1 {
		t.Fatalf("%d signers: %v", len(results), err)
	}
	if ok := results[0].Err == nil; ok != good || !results[0].SigningTime.IsZero() {
		t.Errorf("verdict %v, want good %v, without signed attributes", results[0].Err, good)
	}
	root, err := gost.ParseCertificate([]byte(p.get("/fns/ca.pem")))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := results[0].Certificate.Verify(gost.VerifyOptions{Roots: []*gost.Certificate{root}, At: p.clock.now()}); err != nil {
		t.Error(err)
	}
}

func opensslVerifies(t *testing.T, p *place, doc, sig []byte) {
	t.Helper()
	dir := t.TempDir()
	for name, b := range map[string][]byte{"doc.xml": doc, "doc.p7s": sig, "gost.cnf": []byte(gostConfig)} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(program(t, "openssl"), "cms", "-verify", "-binary", "-inform", "DER", "-in", "doc.p7s", "-content", "doc.xml",
		"-CAfile", filepath.Join(p.dir, "fns-ca.pem"), "-purpose", "any", "-out", os.DevNull)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "OPENSSL_CONF="+filepath.Join(dir, "gost.cnf"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("openssl cms: %v\n%s", err, out)
	}
}
