package e2e

import (
	"bytes"
	"strings"
	"testing"
)

// operatorReport is «Выпущенные сертификаты» as the operator sees it: one.
func (n *nine) operatorReport() {
	n.t.Helper()
	n.s.press("Разделы")
	n.s.press("Отчёты")
	n.s.press("Выпущенные сертификаты")
	n.s.says("tbody tr", "Иванова")
	if total := eval[string](n.s, `[...document.querySelectorAll('tfoot td')].map(e => e.textContent.trim()).join('|')`); !strings.Contains(total, "|1|0") {
		n.t.Errorf("the report's totals are %s, want 1 issued", total)
	}
	n.s.eventually("there is a chart", `document.querySelector('figure.chart svg') !== null`)
	n.s.shot("report")
}

// accountant finds act and invoice in «Файлы 1С» and takes the list away.
func (n *nine) accountant(t *testing.T) {
	n.s.press("Иванова")
	n.s.press("Выйти")
	n.s.says("h1", "Вход")
	n.signIn("sidorova")
	n.s.open(n.d.url + n.org + "/services/documents")
	n.s.says("h1", "Услуги")
	n.s.says("tbody tr", "Акт")
	n.s.says("tbody tr", "Счёт-фактура")
	n.s.shot("onec-files")
	n.s.press("Разделы")
	n.s.press("Акты и счета")
	n.s.says("tbody tr", n.firm.INN)
	n.s.says("tfoot", "Акт: 1 документ")
	n.s.says("tfoot", "Счёт-фактура: 1 документ")
	n.s.shot("accounting")
	files := map[string]string{}
	for _, format := range []string{"XLSX", "CSV", "PDF"} {
		files[format] = eval[string](n.s, `[...document.querySelectorAll('a[download]')].find(e => e.textContent.trim() === %q)?.getAttribute('href') || ''`, format)
	}
	p := n.d.as("sidorova")
	if csv := p.get(files["CSV"]).body; !bytes.Contains(csv, []byte(n.firm.INN)) {
		t.Errorf("the list in CSV: %s", csv)
	}
	if xlsx := p.get(files["XLSX"]).body; !bytes.HasPrefix(xlsx, []byte("PK\x03\x04")) {
		t.Errorf("the list in XLSX: %.20q", xlsx)
	}
	if text := pdfText(t, p.get(files["PDF"]).body); !strings.Contains(text, n.firm.INN) {
		t.Errorf("the list in PDF: %s", text)
	}
}
