package cert_test

import (
	"context"
	"encoding/pem"
	"net/http"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"signdesk/internal/cert"
	"signdesk/internal/exchange"
	"signdesk/internal/ext/sim/state"
	"signdesk/internal/ext/smev"
	"signdesk/internal/fault"
	"signdesk/internal/gost"
	"signdesk/internal/issuance"
	"signdesk/internal/issuance/casetest"
	"signdesk/internal/job"
	"signdesk/internal/org/orgtest"
)

// smevClient is the console in the simulated SMEV.
func smevClient(t *testing.T, w *world, now *clock) *smev.Client {
	t.Helper()
	block, _ := pem.Decode(read(t, w.dir, "smev-client.key.pem"))
	if block == nil {
		t.Fatal("the client's key is not PEM")
	}
	key, err := gost.ParsePrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	one := func(name string) *gost.Certificate {
		list, err := gost.ParseCertificates(read(t, w.dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return list[0]
	}
	return &smev.Client{BaseURL: w.url + "/smev", Version: "1.1", Signer: key, Certificate: one("smev-client.cert.pem"),
		Trusted: []*gost.Certificate{one("smev-ca.pem")}, SignerName: "СМЭВ (учебная)", Now: now.now}
}

// installed is a case whose certificate is the simulated CA's and on its carrier.
func installed(t *testing.T) (*casetest.Case, *world, *smev.Client, *clock) {
	t.Helper()
	c, w, now := requested(t)
	turn(t, w, state.Knobs{})
	askFor(t, c, w, now)
	c.Install()
	return c, w, smevClient(t, w, now), now
}

func send(t *testing.T, c *casetest.Case) {
	t.Helper()
	if err := cert.Register(t.Context(), c.DB, c.By(), c.Now(), smev.ESIATest, c.Load().Certificate.ID); err != nil {
		t.Fatal(err)
	}
}

// post runs the jobs of the exchange once: what waits goes out, what came is read.
func post(t *testing.T, c *casetest.Case, client *smev.Client) {
	t.Helper()
	m := message(t, c)
	if _, err := (&exchange.Post{DB: c.DB, SMEV: client, Now: c.Now}).Send(t.Context(), job.SendMessage{Message: m.ID}); err != nil {
		t.Fatal(err)
	}
	if _, err := (&exchange.Post{DB: c.DB, SMEV: client, Now: c.Now}).Poll(t.Context(), job.PollSMEV{}); err != nil {
		t.Fatal(err)
	}
	answered(t, c)
}

func message(t *testing.T, c *casetest.Case) (m *exchange.Message) {
	t.Helper()
	c.Tx(func(ctx context.Context, tx bun.IDB) (err error) {
		m, err = exchange.Find(ctx, tx, c.Load().Registration.MessageID)
		return err
	})
	return m
}

func answered(t *testing.T, c *casetest.Case) {
	t.Helper()
	if err := cert.RegistrationAnswered(t.Context(), c.DB, c.Now(), job.RegistrationAnswered{Partner: c.By().PartnerID, Message: c.Load().Registration.MessageID}); err != nil {
		t.Fatal(err)
	}
	c.Look()
}

// registrations is how often ESIA has taken the case's certificate.
func registrations(c *casetest.Case, w *world) int {
	return w.SMEV.Registrations()[c.Load().Certificate.Serial]
}

// The form, its sending and ESIA's answer: F214–F220.
func TestESIA(t *testing.T) {
	c, w, client, now := installed(t)
	x := c.Load()
	f, err := cert.ESIAOf(x.Certificate, x.Org, x.Owner, x.Passport)
	if err != nil {
		t.Fatal(err)
	}
	if f.OwnerTypeRU != "должностное лицо организации" || f.OGRN != x.Org.OGRN || f.SNILS != x.Owner.SNILS || f.Serial != x.Certificate.Serial || f.Issuer == "" {
		t.Errorf("%+v", f)
	}
	for range 3 { // F214: one press sends
		send(t, c)
	}
	if err := w.SMEV.SetKnobs(state.Knobs{WaitSeconds: 20}); err != nil {
		t.Fatal(err)
	}
	post(t, c, client)
	if r := c.Load().Registration; r.Status == "failed" || r.Status == "succeeded" {
		t.Errorf("at once: %s %q", r.Status, r.Text)
	}
	for range 30 {
		if c.Load().Registration.Status == "succeeded" {
			break
		}
		now.forward(2e9)
		post(t, c, client)
	}
	send(t, c)
	answered(t, c) // twice the same job
	if r := c.Load().Registration; r.Status != "succeeded" || registrations(c, w) != 1 {
		t.Errorf("%s, ESIA has %d registrations", r.Status, registrations(c, w))
	}
}

// A sole trader and an employee go the whole way too, each as what he is: F217.
func TestESIAOwners(t *testing.T) {
	for _, row := range []struct {
		name, kind, ogrn, orgINN string
		firm                     orgtest.Firm
		head                     bool
	}{
		{"sole trader", "индивидуальный предприниматель", orgtest.Kim.OGRN, "", orgtest.Kim, true},
		{"employee", "физическое лицо", "", "", orgtest.Vasilek, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			k, now := desk(t)
			w := newWorld(t, now.now)
			turn(t, w, state.Knobs{})
			client := k.Client(row.firm)
			if !row.head {
				client.Owner = client.Person("Смирнова", "Анна", "Олеговна", false)
			}
			c := client.Open().Approved()
			if !row.head {
				if err := issuance.HeadSigned(t.Context(), k.DB, k.By(), now.at, k.Rules, c.ID); err != nil {
					t.Fatal(err)
				}
			}
			c.Prepare().Request()
			askFor(t, c, w, now)
			c.Install()
			x := c.Load()
			f, err := cert.ESIAOf(x.Certificate, x.Org, x.Owner, x.Passport)
			if err != nil || f.OwnerTypeRU != row.kind || f.OGRN != row.ogrn || f.OrgINN != row.orgINN {
				t.Errorf("%+v %v", f, err)
			}
			office := smevClient(t, w, now)
			send(t, c)
			for range 10 {
				now.forward(1e9)
				post(t, c, office)
			}
			if r := c.Load().Registration; r.Status != "succeeded" || registrations(c, w) != 1 {
				t.Errorf("%s %q", r.Status, r.Text)
			}
		})
	}
}

// Answers come one by one: «проверяет» first, the outcome later; the last word counts.
func TestESIAValidating(t *testing.T) {
	c, _, _, now := installed(t)
	send(t, c)
	m := message(t, c)
	answer := func(id, status string, final bool) {
		t.Helper()
		c.Tx(func(ctx context.Context, tx bun.IDB) error {
			_, err := tx.NewInsert().Model(&exchange.Answer{MessageID: id, ReferenceID: m.MessageID, Kind: "content", Final: final, ReceivedAt: now.at,
				Content: []byte(`<tns:ESIARegisterCertificateResponse xmlns:tns="urn://mincomsvyaz/esia/reg_service/register_certificate/1.4.1"><tns:status>` + status + `</tns:status></tns:ESIARegisterCertificateResponse>`)}).Exec(ctx)
			return err
		})
		now.forward(1e9)
		answered(t, c)
	}
	for _, row := range []struct{ answer, want string }{{"VALIDATING", "validating"}, {"VALIDATING", "validating"}, {"CONFIRMATION_FAILED", "failed"}, {"SUCCEEDED", "failed"}} {
		answer(row.answer+now.at.String(), row.answer, row.answer != "VALIDATING")
		if r := c.Load().Registration; r.Status != row.want {
			t.Errorf("after %s: %s", row.answer, r.Status)
		}
	}
}

// What ESIA would refuse is told at the field before it is asked: F215.
func TestESIAForm(t *testing.T) {
	c, w, _, _ := installed(t)
	for _, row := range []struct{ field, spoil, mend string }{
		{"snils", `UPDATE owner SET snils = '` + casetest.SNILS("другой") + `'`, `UPDATE owner SET snils = '` + c.Load().Owner.SNILS + `'`},
		{"name", `UPDATE owner SET surname = 'Семёнов'`, `UPDATE owner SET surname = '` + c.Load().Owner.Surname + `'`},
		{"inn", `UPDATE owner SET inn = '7701234567'`, `UPDATE owner SET inn = '` + c.Load().Owner.INN + `'`},
		{"series", `UPDATE passport SET series = 'IX-АН', doc_type = 'other'`, `UPDATE passport SET series = '4510', doc_type = 'rf_passport'`},
		{"code", `UPDATE passport SET code = '77'`, `UPDATE passport SET code = '770001'`},
	} {
		c.Exec(row.spoil)
		err := cert.Register(t.Context(), c.DB, c.By(), c.Now(), smev.ESIATest, c.Load().Certificate.ID)
		if e := fault.As(err); e == nil || e.Kind != fault.Invalid || e.Fields[row.field] == "" {
			t.Errorf("%s: %v", row.field, err)
		}
		c.Exec(row.mend)
	}
	if c.Load().Registration != nil || registrations(c, w) != 0 {
		t.Error("something was sent")
	}
	send(t, c)
}

// A refusal keeps ESIA's status and every error of its list, each with its
// field and its cure; when the data are corrected it is sent again.
func TestESIARefuses(t *testing.T) {
	c, w, client, now := installed(t)
	send(t, c)
	m := message(t, c)
	c.Tx(func(ctx context.Context, tx bun.IDB) error {
		_, err := tx.NewInsert().Model(&exchange.Answer{MessageID: "refusal", ReferenceID: m.MessageID, Kind: "content", Final: true, ReceivedAt: now.at,
			Content: []byte(`<tns:ESIARegisterCertificateResponse xmlns:tns="urn://mincomsvyaz/esia/reg_service/register_certificate/1.4.1" xmlns:c="urn://mincomsvyaz/esia/commons/rg_sevices_types/1.4.1"><tns:status>VALIDATION_FAILED</tns:status>
<tns:errorStatusInfo><c:Code>ESIA-005011</c:Code><c:Message>Дата рождения не совпадает</c:Message></tns:errorStatusInfo>
<tns:errorStatusInfo><c:Code>ESIA-008010</c:Code><c:Message>Что-то ещё</c:Message></tns:errorStatusInfo></tns:ESIARegisterCertificateResponse>`)}).Exec(ctx)
		return err
	})
	answered(t, c)
	r := c.Load().Registration
	if r.Status != "failed" || r.Answer != smev.StatusValidationFailed || len(r.Errors) != 2 || !strings.Contains(r.Text, "Дата рождения не совпадает") {
		t.Fatalf("%+v", r)
	}
	if e := r.Errors[0]; e.Code != "ESIA-005011" || e.Field() != "birth_date" || e.Cure() == "" {
		t.Errorf("%+v at %q", e, e.Field())
	}
	if e := r.Errors[1]; e.Field() != "" || e.Cure() == "" {
		t.Errorf("%+v at %q", e, e.Field())
	}
	send(t, c)
	for range 10 {
		now.forward(1e9)
		post(t, c, client)
	}
	if r := c.Load().Registration; r.Status != "succeeded" || r.Answer != smev.StatusSucceeded || registrations(c, w) != 1 {
		t.Errorf("%s %q, %d", r.Status, r.Text, registrations(c, w))
	}
	c.Tx(func(ctx context.Context, tx bun.IDB) error {
		list, err := cert.Registrations(ctx, tx, c.By().PartnerID, c.Load().Certificate.ID)
		if len(list) != 2 || list[1].Status != "failed" || list[0].SentName == "" {
			t.Errorf("%+v", list)
		}
		return err
	})
}

// Every status of the schema has words and, when it is a refusal, a cure.
func TestESIAWords(t *testing.T) {
	for _, s := range []string{smev.StatusValidating, smev.StatusValidationFailed, smev.StatusConfirmationFailed, smev.StatusSucceeded, smev.StatusFault, "NEW_STATUS"} {
		if words := cert.ESIAStatusRU(s); words == "" || strings.Contains(words, s) != (s == "NEW_STATUS") || cert.ESIACure(s) == "" {
			t.Errorf("%s: %q", s, words)
		}
	}
	for message, field := range map[string]string{"snils: в сертификате иное значение": "snils", "startDate: в сертификате иное значение": "validity", "сертификат аннулирован": "serial",
		"issuerOrgName: сертификат выдан другим издателем": "issuer", "Серия и номер документа не найдены": "series", "Неверный код подразделения": "code", "Пользователь не найден": ""} {
		if got := (cert.ESIAError{Message: message}).Field(); got != field {
			t.Errorf("%q is at %q, want %q", message, got, field)
		}
	}
}

// Killed between any two steps: ESIA has one registration.
func TestESIAKilled(t *testing.T) {
	c, w, client, now := installed(t)
	send(t, c)
	id := message(t, c).ID
	try := func() {
		t.Helper()
		if _, err := (&exchange.Post{DB: c.DB, SMEV: client, Now: c.Now}).Send(t.Context(), job.SendMessage{Message: id}); err != nil {
			t.Fatal(err)
		}
	}
	for _, before := range []bool{true, false, false} { // not sent; sent, the receipt lost, twice
		client.HTTP = &http.Client{Transport: killed{before}}
		try()
	}
	client.HTTP = nil
	try()
	for i := range 10 {
		if i == 6 { // the answers were stored and acknowledged, the domain was not told
			c.Exec(`UPDATE esia_registration SET status = 'waiting'`)
		}
		now.forward(1e9)
		if _, err := (&exchange.Post{DB: c.DB, SMEV: client, Now: c.Now}).Poll(t.Context(), job.PollSMEV{}); err != nil {
			t.Fatal(err)
		}
	}
	answered(t, c)
	if r := c.Load().Registration; r.Status != "succeeded" || registrations(c, w) != 1 {
		t.Errorf("%s %q, %d registrations", r.Status, r.Text, registrations(c, w))
	}
}
