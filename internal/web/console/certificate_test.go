package console

import (
	"encoding/pem"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"signdesk/internal/org/orgtest"
)

// The certificate and its files: F194.
func TestCertificatePages(t *testing.T) {
	k := newDesk(t)
	a := k.cases().Client(orgtest.Romashka).Open().Approved().Prepare().Request().Issue()
	operator := k.as("operator")
	x := a.Load().Certificate
	g := operator.get(fmt.Sprintf("/certificates/%d", x.ID)).want(http.StatusOK)
	if text := g.text("main"); !strings.Contains(text, x.Serial) || !strings.Contains(text, "ООО «Ромашка»") || g.text(".page-head .chip") != "Не установлен" {
		t.Error(text)
	}
	block, _ := pem.Decode([]byte(operator.get(fmt.Sprintf("/certificates/%d.cer", x.ID)).want(http.StatusOK).body))
	if block == nil || block.Type != "CERTIFICATE" || string(block.Bytes) != string(x.DER) {
		t.Error("the .cer is not the certificate in PEM")
	}
	der := operator.get(fmt.Sprintf("/certificates/%d.der", x.ID)).want(http.StatusOK)
	if der.body != string(x.DER) || !strings.Contains(der.header.Get("Content-Disposition"), x.Serial+".der") {
		t.Errorf("the .der is not the certificate: %v", der.header)
	}
	operator.get(fmt.Sprintf("/certificates/%d.exe", x.ID)).want(http.StatusNotFound)
	k.as("auditor").get(fmt.Sprintf("/certificates/%d", x.ID)).want(http.StatusForbidden)
	operator.get(fmt.Sprintf("/certificates/%d/receipt", x.ID)).want(http.StatusNotFound)
}
