package smev_test

import (
	"archive/zip"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"signdesk/internal/ext/sim"
	simsmev "signdesk/internal/ext/sim/smev"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/ext/smev"
)

func conformanceFile(t *testing.T, elem ...string) string {
	t.Helper()
	dir := os.Getenv("CONFORMANCE_DIR")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared", "conformance")
	}
	path := filepath.Join(append([]string{dir}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no conformance data: %v", err)
	}
	return path
}

// lint has xmllint check the documents against the schema, all in one run.
func lint(t *testing.T, schema string, docs ...[]byte) {
	t.Helper()
	program, err := exec.LookPath("xmllint")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	args := []string{"--noout", "--nonet", "--schema", schema}
	dir := t.TempDir()
	for i, d := range docs {
		path := filepath.Join(dir, string(rune('a'+i/26))+string(rune('a'+i%26))+".xml")
		if err := os.WriteFile(path, d, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	if out, err := exec.Command(program, args...).CombinedOutput(); err != nil {
		t.Errorf("%s", out)
	}
}

// newBodies starts a simulator whose register is the anonymised dumps and who
// knows one person, and a client of it.
func newBodies(t *testing.T, dumps ...string) (*sim.World, *smev.Client) {
	t.Helper()
	dir := t.TempDir()
	register := filepath.Join(dir, "register.zip")
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, path := range dumps {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f, err := z.Create(filepath.Base(path))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(raw); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(register, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	w, c := simulatorOf(t, sim.Options{Dir: dir, Register: register, People: []simsmev.Person{
		{SNILS: "112-233-445 95", INN: "500100732259", Surname: "Щукина", Name: "Анна", Patronymic: "Игоревна", BirthDate: "1990-09-18", PassportSeries: "4504", PassportNumber: "123456"}}}, "")
	turn(t, w, state.Knobs{}) // answers at once
	return w, c
}

// TestBodiesAnswer asks every question that the simulator's bodies answer and has
// xmllint check their answers against the official schemas where there are such.
func TestBodiesAnswer(t *testing.T) {
	firms, traders := conformanceFile(t, "egrul", "egrul_407_anonymised_cp1251.xml"), conformanceFile(t, "egrul", "egrip_anonymised_cp1251.xml")
	w, c := newBodies(t, firms, traders)
	write := func(key string, q any) []byte {
		t.Helper()
		b, err := smev.Types.Ask(key, time.Now(), q)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	anna := smev.Person{Family: "Щукина", First: "Анна", Patronymic: "Игоревна"}
	born := time.Date(1990, 9, 18, 0, 0, 0, 0, time.UTC)

	for passport, want := range map[string]smev.SNILSByDataAnswer{"123456": {SNILS: "11223344595", Verdict: smev.Valid}, "": {SNILS: "11223344595", Verdict: smev.Valid}, "123457": {Verdict: smev.NotFound}} {
		q := smev.SNILSByDataRequest{Person: anna, BirthDate: born, BirthPlace: smev.BirthPlace{Settlement: "Рязань"}}
		if passport != "" {
			q.Passport.PassportRequest, q.Passport.IssuedAt, q.Passport.IssuedBy = smev.PassportRequest{Series: "4504", Number: passport}, born, "ОВД"
		}
		r := ask(t, c, write(smev.SNILSByData, q))
		if r.NoData() {
			if want.Verdict != smev.NotFound {
				t.Errorf("SNILS by passport %s: no data", passport)
			}
			continue
		}
		if got, err := smev.DecodeSNILSByData(r.Content); err != nil || got != want {
			t.Errorf("SNILS by passport %s: %+v, %v", passport, got, err)
		}
	}
	for inn, want := range map[string]smev.Verdict{"500100732259": smev.Valid, "770123456703": smev.Invalid} {
		q := smev.INNMatchRequest{INN: inn, Person: anna, Passport: smev.PassportRequest{Series: "4504", Number: "123456"}, IssuedAt: born}
		if got, err := smev.DecodeINNMatch(ask(t, c, write(smev.INNMatch, q)).Content); err != nil || got != want {
			t.Errorf("INN %s: %s, %v", inn, got, err)
		}
	}

	person := smev.PersonRegistrationRequest{Environment: smev.ESIATest, OperatorSNILS: "11223344595", Centre: 1, SNILS: "11223344595", Person: anna, BirthDate: born,
		Mobile: "+79123456789", Citizenship: "RUS", Document: smev.Document{Kind: "RF_PASSPORT", Series: "4504", Number: "123456", IssuedAt: born}}
	schema := conformanceFile(t, "smev", "xsd", "esia-register-41556", smev.PersonRegistration.Schema)
	register := func(p smev.PersonRegistrationRequest) smev.PersonRegistrationAnswer {
		t.Helper()
		for r := ask(t, c, write(smev.ESIARegistration, p)); ; r = next(t, c) {
			lint(t, schema, r.Content)
			a, err := smev.DecodePersonRegistration(r.Content)
			if err != nil {
				t.Fatal(err)
			}
			if a.Final() {
				return a
			}
		}
	}
	if a := register(person); !a.Registered() || a.OID == "" {
		t.Errorf("account: %+v", a)
	}
	if a := register(person); a.Status != smev.StatusConfirmationFailed || len(a.Errors) != 1 {
		t.Errorf("the same account again: %+v", a)
	}
	person.Document.Number = "123666"
	if a := register(person); a.Status != smev.StatusValidationFailed {
		t.Errorf("account by an invalid passport: %+v", a)
	}

	for _, r := range []struct {
		key, dump, schema, number string
	}{
		{smev.EGRUL, firms, conformanceFile(t, "smev", "xsd", "egrul-vipul-34087", "fns-vipul-tosmv-ru.xsd"), ` ОГРН="(\d{13})" ДатаОГРН`},
		{smev.EGRIP, traders, conformanceFile(t, "smev", "xsd", "egrip-vipip-15980", "fns-vipip-tosmv-ru.xsd"), ` ОГРНИП="(\d{15})" ДатаОГРНИП`},
	} {
		var docs [][]byte
		for i, number := range numbersOf(t, r.dump, r.number) {
			if i == 12 {
				break
			}
			q := smev.ExtractRequest{ID: smev.NewMessageID(time.Now()), OGRN: number}
			content, err := smev.Types.Ask(r.key, time.Now(), q)
			if err != nil {
				continue // an anonymised number
			}
			answer := ask(t, c, content).Content
			docs = append(docs, answer)
			if len(docs) == 1 && r.key == smev.EGRUL { // and too large for a message
				for _, script := range []string{"SendRequest archive", "SendRequest archive inline"} {
					if err := w.SMEV.Script(script); err != nil {
						t.Fatal(err)
					}
					got := ask(t, c, content)
					docs = append(docs, got.Content)
					if a, err := smev.DecodeExtract(got.Content); err != nil || !a.Archived() || len(got.References)+len(got.Attachments) != 1 || len(got.Attachments) == 1 && got.Attachments[0].Err != nil {
						t.Errorf("%s: %+v, %+v, %v", script, a, got, err)
					}
				}
			}
			if a, err := smev.DecodeExtract(answer); err != nil || a.OGRN != number || a.ID != q.ID || a.Verdict != smev.Valid {
				t.Errorf("%s: %+v, %v", number, a, err)
			}
		}
		if len(docs) == 0 {
			t.Fatalf("%s: no record was asked for", r.key)
		}
		lint(t, r.schema, docs...)
	}
	if a, err := smev.DecodeExtract(ask(t, c, write(smev.EGRUL, smev.ExtractRequest{ID: "1", OGRN: "1027700132195"})).Content); err != nil || a.Verdict != smev.NotFound {
		t.Errorf("no such firm: %+v, %v", a, err)
	}
	if err := w.SMEV.SetKnobs(state.Knobs{Refuse: "FNSR01 NO_DATA: нет"}); err != nil {
		t.Fatal(err)
	}
	if r := ask(t, c, write(smev.EGRUL, smev.ExtractRequest{ID: "1", OGRN: "1027700132195"})); !r.NoData() {
		t.Errorf("%+v", r)
	}
	if r := ask(t, c, write(smev.Passport, smev.PassportOfPersonRequest{PassportRequest: smev.PassportRequest{Series: "4504", Number: "123456"}})); r.Content == nil {
		t.Errorf("the ministry refuses with the tax service: %+v", r)
	}
}

// next takes and acknowledges the next answer.
func next(t *testing.T, c *smev.Client) *smev.Response {
	t.Helper()
	r, err := c.GetResponse(t.Context(), smev.Selector{})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Ack(t.Context(), r.MessageID, true); err != nil {
		t.Fatal(err)
	}
	return r
}

func numbersOf(t *testing.T, dump, pattern string) (list []string) {
	t.Helper()
	raw, err := os.ReadFile(dump)
	if err != nil {
		t.Fatal(err)
	}
	text := make([]rune, 0, len(raw)) // windows-1251 as far as these names go
	for _, b := range raw {
		r := rune(b)
		if b >= 0xc0 {
			r = 'А' + rune(b-0xc0)
		}
		text = append(text, r)
	}
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(strings.ReplaceAll(string(text), "\n", " "), -1) {
		list = append(list, m[1])
	}
	return list
}
