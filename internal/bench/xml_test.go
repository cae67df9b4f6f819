package bench

import (
	"bytes"
	"crypto/rand"
	"encoding/xml"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"signdesk/internal/gost"
	"signdesk/internal/gost/xmldsig"
)

const smevTypes = "urn://x-artefacts-smev-gov-ru/services/message-exchange/types/"

// bigMessage is a request of 1 MB with content like an extract's: Cyrillic
// names, many attributes, namespaces declared again and again, indentation.
func bigMessage() string {
	var b strings.Builder
	b.WriteString(`<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body><n:SendRequestRequest xmlns:n="` + smevTypes + `1.1" xmlns:b="` + smevTypes + `basic/1.1">` +
		`<n:SenderProvidedRequestData Id="SIGNED"><n:MessageID>39f52a38-9a54-11ea-b23a-3316e2108089</n:MessageID><b:MessagePrimaryContent>` +
		`<f:СвЮЛ xmlns:f="urn://x-artefacts-fns-vipul-tosmv-ru/311-14/4.0.6" ДатаВып="2026-11-21">` + "\n")
	for i := 0; b.Len() < 1_000_000; i++ {
		fmt.Fprintf(&b, `  <f:СвУчредит ГРН="%013d" ДатаЗаписи="2020-01-21">
    <f:УчрЮЛРос><f:НаимИННЮЛ ОГРН="1027700132195" ИНН="7707083893" НаимЮЛПолн="ООО &quot;Ромашка &amp; Ко&quot;"/></f:УчрЮЛРос>
    <t:ДоляУстКап xmlns:t="urn://x-artefacts-fns-types/%d" НоминСтоим="10000"><t:РазмерДоли Процент="50"/>
      <Комментарий xmlns="urn:other">г. Москва, ул. Вавилова, д. %d &lt;вход со двора&lt;</Комментарий></t:ДоляУстКап>
  </f:СвУчредит>
`, i, i%3, i)
	}
	b.WriteString(`</f:СвЮЛ></b:MessagePrimaryContent></n:SenderProvidedRequestData>` +
		`<n:CallerInformationSystemSignature>%s</n:CallerInformationSystemSignature></n:SendRequestRequest></S:Body></S:Envelope>`)
	return b.String()
}

// BenchmarkSmev compares the forms that SMEV's signatures are made over with
// libxml2's exclusive C14N, reading included, in processor time on one core
// (our collector's too). The start of xmllint is taken off: its time is that of
// 41 files less that of one, its output goes nowhere.
func BenchmarkSmev(b *testing.B) {
	exchangeFigures(b)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	lint := program(b, "xmllint")
	doc := []byte(strings.Replace(bigMessage(), "%s", "", 1))
	mb := float64(len(doc)) / 1e6
	file := filepath.Join(b.TempDir(), "message.xml")
	if err := os.WriteFile(file, doc, 0o600); err != nil {
		b.Fatal(err)
	}
	theirs, err := exec.CommandContext(b.Context(), lint, "--exc-c14n", file).Output()
	if err != nil {
		b.Fatal(err)
	}
	if ours, err := xmldsig.Canonicalize(doc); err != nil || !bytes.Equal(ours, theirs) {
		b.Fatalf("the forms differ: %v", err)
	}
	const more = 40
	rival := func() float64 {
		files := func(n int) time.Duration {
			cmd := exec.CommandContext(b.Context(), lint, append([]string{"--exc-c14n"}, slices.Repeat([]string{file}, n)...)...)
			if err := cmd.Run(); err != nil {
				b.Fatal(err)
			}
			return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
		}
		one := files(1)
		return more * mb / (files(1+more) - one).Seconds()
	}
	for _, of := range []struct {
		name string
		form func([]byte) ([]byte, error)
	}{{"c14n", xmldsig.Canonicalize}, {"transform", xmldsig.Transform}} {
		b.Run(of.name, func(b *testing.B) {
			var ours, libxml2 []float64
			for range 5 { // by turns, so that both meet the same neighbours
				libxml2 = append(libxml2, rival())
				begun := processorTime(b)
				for range more {
					if _, err := of.form(doc); err != nil {
						b.Fatal(err)
					}
				}
				ours = append(ours, more*mb/(processorTime(b)-begun).Seconds())
			}
			figure(b, median(ours), median(libxml2), "MB/s")
		})
	}
	cert, key := smevSigner(b)
	var signature []byte
	sign := perSecond(func() {
		if signature, err = xmldsig.Sign(rand.Reader, doc, "SIGNED", cert, key); err != nil {
			b.Fatal(err)
		}
	})
	signed := []byte(strings.Replace(bigMessage(), "%s", string(signature), 1))
	verify := perSecond(func() {
		place, target := xml.Name{Space: smevTypes + "1.1", Local: "CallerInformationSystemSignature"}, xml.Name{Space: smevTypes + "1.1", Local: "SenderProvidedRequestData"}
		if _, err := xmldsig.VerifyElement(signed, place, target); err != nil {
			b.Fatal(err)
		}
	})
	b.Run("sign", func(b *testing.B) { figure(b, sign*mb, 0, "MB/s") })
	b.Run("verify", func(b *testing.B) { figure(b, verify*mb, 0, "MB/s") })
}

// smevSigner is a system's key on CryptoPro's set A with a certificate of its own.
func smevSigner(b *testing.B) (*gost.Certificate, *gost.PrivateKey) {
	b.Helper()
	key, err := gost.GenerateKey(rand.Reader, gost.CryptoProXA)
	if err != nil {
		b.Fatal(err)
	}
	der, err := gost.CreateCertificate(rand.Reader, &gost.CertificateTemplate{
		Serial: big.NewInt(1), Subject: gost.Name{{Type: gost.OIDCommonName, Value: "ИС"}},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IdentificationKind: -1,
	}, nil, &key.PublicKey, key)
	if err != nil {
		b.Fatal(err)
	}
	cert, err := gost.ParseCertificate(der)
	if err != nil {
		b.Fatal(err)
	}
	return cert, key
}
