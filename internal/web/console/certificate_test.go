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
	// F331: the letter goes out, once a minute, by right only
	notice := fmt.Sprintf("/certificates/%d/notice", x.ID)
	waiting := k.number("SELECT count(*) FROM notice")
	operator.post(notice, nil).want(http.StatusSeeOther)
	operator.post(notice, nil).want(http.StatusSeeOther)
	if n := k.number("SELECT count(*) FROM notice"); n != waiting+1 {
		t.Errorf("%d letters after two clicks, want one more than %d", n, waiting)
	}
	k.as("accountant").post(notice, nil).want(http.StatusForbidden)
	k.as("foreign operator").post(notice, nil).want(http.StatusNotFound)
	operator.get(fmt.Sprintf("/certificates/%d/receipt", x.ID)).want(http.StatusNotFound)
}
