package org_test

import (
	"strings"
	"testing"
	"time"

	"signdesk/internal/fault"
	"signdesk/internal/org"
	"signdesk/internal/org/orgtest"
)

// An old extract: the signature is right, and what its certificate was then and
// is now are two more things. Only what holds today carries an issue.
func TestOldSignatures(t *testing.T) {
	lastMonth, fiveYears := now.AddDate(-1, 0, -3), now.AddDate(-5, 0, 0)
	for name, c := range map[string]struct {
		made      time.Time // the middle of the certificates' two years
		sign      func(*orgtest.Tax, []byte) []byte
		stranger  bool
		want      string
		source    string
		then, now org.CertificateState
		words     string
		dated     time.Time // of the extract, zero = 10.11.2026
	}{
		"holds":                      {now, (*orgtest.Tax).Sign, false, "good", "claimed", org.CertificateGood, org.CertificateGood, "Сертификат действует до", time.Time{}},
		"holds, no time":             {now, (*orgtest.Tax).SignUntimed, false, "good", "extract", org.CertificateGood, org.CertificateGood, "времени не указал", time.Time{}},
		"ended three days ago":       {lastMonth, (*orgtest.Tax).Sign, false, "past", "claimed", org.CertificateGood, org.CertificateExpired, "Сертификат истёк", lastMonth},
		"ended since, no time":       {lastMonth, (*orgtest.Tax).SignUntimed, false, "past", "extract", org.CertificateGood, org.CertificateExpired, "Сертификат действовал", time.Time{}},
		"ended years ago":            {fiveYears, (*orgtest.Tax).Sign, false, "past", "claimed", org.CertificateGood, org.CertificateExpired, "которое указал подписавший", fiveYears},
		"had ended before":           {fiveYears, (*orgtest.Tax).SignUntimed, false, "untrusted", "extract", org.CertificateExpired, org.CertificateExpired, "Сертификат уже истёк", time.Time{}},
		"begins later":               {now.AddDate(1, 1, 0), (*orgtest.Tax).SignUntimed, false, "untrusted", "extract", org.CertificateEarly, org.CertificateEarly, "ещё не действовал", time.Time{}},
		"stranger":                   {now, (*orgtest.Tax).Sign, true, "untrusted", "claimed", org.CertificateUntrusted, org.CertificateUntrusted, "не от налоговой службы", time.Time{}},
		"stranger, ended since":      {fiveYears, (*orgtest.Tax).Sign, true, "untrusted", "claimed", org.CertificateUntrusted, org.CertificateUntrusted, "не от налоговой службы", fiveYears},
		"a time before the extract":  {fiveYears, (*orgtest.Tax).Sign, false, "untrusted", "extract", org.CertificateExpired, org.CertificateExpired, "указал более раннее", time.Time{}},
		"before the certificate was": {now.AddDate(0, 11, 25), (*orgtest.Tax).SignUntimed, false, "good", "extract", org.CertificateEarly, org.CertificateGood, "ещё не действовал", time.Time{}},
	} {
		t.Run(name, func(t *testing.T) {
			k := newDesk(t)
			tax, firm := orgtest.NewTax(t, c.made), orgtest.Romashka
			if !c.dated.IsZero() {
				firm.Extracted = c.dated.Format(time.DateOnly)
			}
			xml := firm.XML()
			if !c.stranger {
				k.rules.Roots = tax.Roots()
			}
			got, err := org.Receive(t.Context(), k.db, k.files, k.by, now, k.rules, k.id, []org.Upload{{Name: "a.xml", Content: xml}, {Name: "a.xml.p7s", Content: c.sign(tax, xml)}})
			if err != nil {
				t.Fatal(err)
			}
			x, _ := k.extract(got.Extract)
			f := x.Facts()
			if x.Signature != c.want || f.Source != c.source || f.Then != c.then || f.Now != c.now || !f.Right() || x.Fresh(now, k.rules.MaxAge) != (c.want == "good") { // the rule of 30 days is another test's
				t.Errorf("%s, by %s, then %s, now %s", x.Signature, f.Source, f.Then, f.Now)
			}
			said := strings.Join([]string{x.SignatureText, f.SourceRU(), f.ThenRU(), f.NowRU(now)}, " | ")
			if !strings.Contains(said, c.words) || !strings.Contains(said, "Подпись верна") {
				t.Error(said)
			}
			if c.want == "good" && f.Today(f.Until.Add(time.Second)) != org.CertificateExpired {
				t.Error("the end that comes after the reading is not seen")
			}
			if err := k.take(x.ID, "okved"); c.want != "good" && kindOf(err) == 0 || c.want == "past" && (x.Verdict != "stop" || fault.Is(err, fault.Invalid)) {
				t.Errorf("taken: %v, verdict %s", err, x.Verdict)
			}
		})
	}
}
